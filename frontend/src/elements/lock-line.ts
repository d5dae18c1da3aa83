// Who works on a sequence: seen on each of its pages, with taking, releasing, waiting and, for those who may, forcing.
import { lockAt, LEASES, untilText } from "../core/lock-words.ts";
import { agoText } from "../core/wording.ts";
import type { Api } from "../net/api.ts";
import type { Capability, Sequence } from "../net/types.ts";
import { fill, h, icon } from "./dom.ts";
import { openDialog, problemText, toast, toastProblem } from "./feedback.ts";
import { askReason } from "./reason-dialog.ts";
import { t } from "../language/translate.ts";

const ASK_AGAIN_MS = 30_000; // a lease runs out without an event

export interface LockFreed {
  readonly sequence_id: string;
  readonly name: string;
  readonly holder: { readonly id: string; readonly name: string };
  readonly forced_because: string;
  readonly waiting: readonly { readonly id: string }[];
}

export class LockLine extends HTMLElement {
  private sequence: Sequence | null = null;
  private shown = "";

  constructor(
    private readonly api: Api,
    private readonly projectId: string,
    private readonly me: string,
    private readonly may: ReadonlySet<Capability>,
    /** Upload into the sequence, and give its lock back with that; null: not from here. */
    private readonly publish: ((sequence: Sequence) => void) | null = null,
  ) {
    super();
    this.hidden = true;
    window.setInterval(() => this.draw(), ASK_AGAIN_MS);
  }

  /** Show the lock of this sequence; null: of none. */
  async watch(sequenceId: string | null): Promise<void> {
    if (sequenceId === null) return this.show(null);
    const all = await this.api.all<Sequence>(`projects/${this.projectId}/sequences?page_size=200`).catch(() => null);
    if (all) this.show(all.find((one) => one.id === sequenceId) ?? null);
  }

  show(sequence: Sequence | null): void {
    this.sequence = sequence;
    this.draw();
  }

  /** What the live connection tells. */
  event(kind: string, payload: unknown): void {
    if (kind === "lock.freed") return tellOfFreed(this.api, this.me, payload as LockFreed);
    const told = payload as Sequence | null;
    if (kind === "sequence.updated" && told?.id === this.sequence?.id) this.show(told);
  }


  private draw(): void {
    const { sequence } = this;
    this.hidden = sequence === null || (lockAt(sequence, Date.now()) === null && !this.may.has("lock"));
    if (!sequence || this.hidden) return;
    const lock = lockAt(sequence, Date.now());
    const now = JSON.stringify([sequence, lock !== null]);
    if (now === this.shown) return;
    this.shown = now;
    const mine = lock?.holder.id === this.me;
    const waits = sequence.waiting.some((one) => one.id === this.me);
    const button = (text: string, run: () => void, look = ""): HTMLElement => h("button", { type: "button", class: `button small ${look}`, onclick: run }, text);
    const path = `sequences/${sequence.id}/lock`;
    this.dataset["sequence"] = sequence.id;
    this.dataset["state"] = lock === null ? "free" : mine ? "mine" : "held";
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("Lock of {name}", { name: sequence.name }));
    fill(
      this,
      icon("lock"),
      lockText(sequence, this.me),
      h(
        "span",
        { class: "lock-tools" },
        this.may.has("lock") && lock === null && button(t("Lock …"), () => this.take(sequence)),
        mine && button(t("Renew"), () => void this.put(sequence.id, { minutes: lock.minutes })),
        mine && this.publish !== null && this.may.has("upload") && button(t("Publish and release …"), () => this.publish?.(sequence)),
        mine && button(t("Release"), () => void this.send(path, "DELETE")),
        this.may.has("lock") && lock !== null && !mine && (waits ? button(t("Wait no longer"), () => void this.send(`${path}/queue`, "DELETE"), "ghost") : button(t("Tell me when it is free"), () => void this.send(`${path}/queue`, "PUT"))),
        this.may.has("force_locks") && lock !== null && !mine && button(t("Force …"), () => forceLock(this.api, sequence, lock.holder.name, (now) => this.show(now)), "danger"),
      ),
    );
  }

  private async send(path: string, method: "PUT" | "DELETE", body?: object): Promise<void> {
    try {
      const now = await this.api.send<Sequence>(path, { method, ...(body ? { body } : {}) });
      if (now.id === this.sequence?.id) this.show(now);
    } catch (error) {
      toastProblem(error);
    }
  }

  private put(sequenceId: string, body: object): Promise<void> {
    return this.send(`sequences/${sequenceId}/lock`, "PUT", body);
  }

  private take(sequence: Sequence): void {
    openDialog(t("Lock {name}", { name: sequence.name }), (body, close) => {
      const minutes = h("select", { class: "input", id: "lock-minutes" }, LEASES.map(([value, text]) => h("option", { value, selected: value === 60 }, text)));
      const note = h("input", { class: "input", id: "lock-note", maxlength: 500, autocomplete: "off", placeholder: t("Recut of the opening") });
      const error = h("p", { class: "field-error", role: "alert" });
      const form = h(
        "form",
        { class: "form" },
        h("p", { class: "quiet" }, t("Nobody else can publish into it meanwhile. It is renewed while you are active, and runs out by itself.")),
        h("div", { class: "field" }, h("label", { for: note.id }, t("What are you going to do?")), note),
        h("div", { class: "field" }, h("label", { for: minutes.id }, t("For how long?")), minutes),
        error,
        h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, t("Lock")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel"))),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.api
          .send<Sequence>(`sequences/${sequence.id}/lock`, { method: "PUT", body: { minutes: Number(minutes.value), note: note.value.trim() } })
          .then((now) => {
            this.show(now);
            close();
          })
          .catch((problem: unknown) => fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`));
      });
      body.append(form);
      requestAnimationFrame(() => note.focus());
    });
  }
}

/** Who works on it, until when, since when, what for, and who waits. */
export function lockText(sequence: Sequence, me: string): HTMLElement {
  const lock = lockAt(sequence, Date.now());
  const mine = lock?.holder.id === me;
  return h(
    "span",
    { class: "lock-text" },
    lock === null ? h("span", null, t("{name} is free", { name: sequence.name })) : h("strong", null, mine ? t("You are working on {name}", { name: sequence.name }) : t("{name} is working on {name2}", { name: lock.holder.name, name2: sequence.name })),
    lock !== null && h("span", { class: "lock-when" }, t(" until {when}, since {when2}", { when: untilText(lock.until, new Date()), when2: agoText(lock.since, Date.now()) })),
    lock !== null && lock.note && h("span", { class: "lock-note" }, lock.note),
    sequence.waiting.length > 0 && h("span", { class: "lock-note" }, t("Waiting: {people}", { people: sequence.waiting.map((one) => (one.id === me ? t("you") : one.name)).join(", ") })),
  );
}

/** Tell whom it concerns: the holder why the lock was taken away, those who wait that it is free. */
export function tellOfFreed(api: Api, me: string, told: LockFreed): void {
  if (told.holder.id === me && told.forced_because) toast(t("Your lock of {name} was taken away: {forcedBecause}", { name: told.name, forcedBecause: told.forced_because }), { bad: true, milliseconds: 60_000 });
  else if (told.waiting.some((one) => one.id === me)) {
    const take = (): void => void api.send(`sequences/${told.sequence_id}/lock`, { method: "PUT", body: { minutes: 60 } }).catch(toastProblem);
    toast(t("{name} is free now. You asked for its lock.", { name: told.name }), { milliseconds: 60_000, action: { label: t("Lock it"), run: take } });
  }
}

/** Take the lock away from its holder, with a reason. */
export function forceLock(api: Api, sequence: Sequence, holder: string, done: (now: Sequence) => void): void {
  askReason(t("Take the lock away"), t("{holder} is told at once, with your reason. What they have not uploaded yet can no longer be published into {name} as long as somebody else locks it.", { holder, name: sequence.name }), t("Why?"), t("Take it away"), async (reason) => {
    done(await api.send<Sequence>(`sequences/${sequence.id}/lock/force`, { method: "POST", body: { reason } }));
  }, true);
}

customElements.define("tp-lock", LockLine);
