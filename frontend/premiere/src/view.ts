// The panel's look. UXP has only a part of the DOM (no grid, no `replaceChildren`, no `<details>`): plain elements, drawn anew
// with each state, apart from what somebody is typing into.
import type { Thread } from "./marker-plan.ts";
import type { Panel } from "./panel.ts";
import { matching, type Filter, type Named, type PanelState } from "./panel-state.ts";
import { say } from "./words.ts";

type Child = Node | string | null | false;

function el<K extends keyof HTMLElementTagNameMap>(tag: K, look: string, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (look) made.className = look;
  for (const child of children) if (child !== null && child !== false) made.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  return made;
}

function button(look: string, label: string, press: () => void, described = ""): HTMLButtonElement {
  const made = el("button", look, label);
  made.setAttribute("type", "button");
  if (described) {
    made.setAttribute("title", described);
    made.setAttribute("aria-label", described);
  }
  made.addEventListener("click", (event) => {
    event.stopPropagation();
    press();
  });
  return made;
}

function empty(element: Element): void {
  while (element.firstChild) element.removeChild(element.firstChild);
}

/** A labelled line of typing; Enter does what the button beside it does. */
function typing(label: string, value: string, action: string, done: (text: string) => void): HTMLElement {
  const input = el("input", "input");
  input.setAttribute("type", "text");
  input.setAttribute("aria-label", label);
  input.value = value;
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") done(input.value);
  });
  return el("div", "field", el("label", "label", label), el("div", "line", input, button("button primary", action, () => done(input.value))));
}

function choice(label: string, options: readonly Named[], chosen: string, done: (id: string) => void): HTMLElement {
  const select = el("select", "input", el("option", "", say("choose")));
  (select.firstChild as HTMLOptionElement).value = "";
  for (const one of options) {
    const option = el("option", "", one.name);
    option.value = one.id;
    if (one.id === chosen) option.selected = true;
    select.appendChild(option);
  }
  select.setAttribute("aria-label", label);
  select.addEventListener("change", () => done(select.value));
  return el("div", "field", el("label", "label", label), select);
}

export class PanelView {
  private readonly head = el("div", "head");
  private readonly note = el("div", "note");
  private readonly main = el("div", "main");
  private readonly foot = el("div", "foot");
  /** The comment whose reply box is open, and what stands in it: kept while the list is drawn anew. */
  private answering: { readonly id: string; readonly box: HTMLElement } | null = null;
  private step = "";
  private more = false;

  constructor(root: HTMLElement, private readonly panel: Panel) {
    this.note.setAttribute("role", "status");
    for (const part of [this.head, this.note, this.main, this.foot]) root.appendChild(part);
  }

  show(state: PanelState): void {
    this.note.className = state.says ? `note${state.says.bad ? " bad" : ""}` : "note gone";
    empty(this.note);
    if (state.says) this.note.appendChild(document.createTextNode(state.says.text));
    // Forms keep what is typed: drawn once for each step, and again where their choices change.
    const step = state.step === "choose" ? `choose ${JSON.stringify([state.projects, state.stacks, state.versions])}` : state.step;
    if (state.step === "comments") {
      if (this.step !== step) this.drawFrame(state);
      this.drawHead(state);
      this.drawList(state);
    } else if (this.step !== step) {
      for (const part of [this.head, this.main, this.foot]) empty(part);
      this.main.appendChild(state.step === "sign-in" ? this.signIn(state) : state.step === "code" ? this.code(state) : this.choose(state));
    }
    this.step = step;
  }

  private signIn(state: PanelState): HTMLElement {
    return el("div", "form", el("h1", "title", "Twopop"), typing(say("server"), state.address, say("signIn"), (text) => void this.panel.signIn(text)), el("p", "quiet", say("signInHint")));
  }

  private code(state: PanelState): HTMLElement {
    const again = button("button primary", say("openAgain"), () => void this.panel.browseAgain());
    const cancel = button("button", say("cancel"), () => this.panel.cancelSignIn());
    return el("div", "form", el("p", "", say("waitingForYou")), el("p", "code", state.code?.user_code ?? ""), el("div", "line", again, cancel));
  }

  private choose(state: PanelState): HTMLElement {
    const { panel } = this;
    return el(
      "div",
      "form",
      el("h1", "title", say("whichVersion")),
      choice(say("project"), state.projects, state.chosen.project, (id) => void panel.chooseProject(id)),
      choice(say("stack"), state.stacks, state.chosen.stack, (id) => void panel.chooseStack(id)),
      choice(say("version"), state.versions, "", (id) => void (id && panel.chooseVersion(id))),
      typing(say("orAddress"), "", say("use"), (text) => void panel.chooseVersion(text)),
      el("div", "line", button("button link", say("signOut"), () => void panel.signOut())),
    );
  }

  /** What stays while the list changes: the filter's text, the box for a comment of one's own. */
  private drawFrame(state: PanelState): void {
    for (const part of [this.main, this.foot]) empty(part);
    this.answering = null;
    const box = this.box(say("comment"), (text) => this.panel.commentHere(text));
    this.foot.appendChild(box);
    this.foot.appendChild(this.tools(state));
  }

  private drawHead(state: PanelState): void {
    const active = this.head.querySelector("input");
    if (active === null || this.step !== "comments") {
      empty(this.head);
      const find = el("input", "input find");
      find.setAttribute("type", "text");
      find.setAttribute("placeholder", say("find"));
      find.setAttribute("aria-label", say("find"));
      find.value = state.text;
      find.addEventListener("input", () => this.panel.find(find.value));
      this.head.appendChild(el("div", "line where"));
      this.head.appendChild(el("div", "line filter"));
      this.head.appendChild(find);
    }
    const [where, filter] = [this.head.children[0], this.head.children[1]] as [HTMLElement, HTMLElement];
    empty(where);
    const { version } = state;
    where.appendChild(el("div", "name", version ? `${version.asset_name} v${version.number}` : ""));
    where.appendChild(el("span", `dot ${state.live}`, say(state.live)));
    where.appendChild(button("button link", say("change"), () => void this.panel.chooseAgain()));
    empty(filter);
    for (const one of ["open", "done", "all"] as const satisfies readonly Filter[]) {
      const count = matching(state.threads, one, "").length;
      const tab = button(`tab${state.filter === one ? " chosen" : ""}`, `${say(one)} ${count}`, () => this.panel.showOnly(one));
      tab.setAttribute("aria-pressed", String(state.filter === one));
      filter.appendChild(tab);
    }
    if (state.newer) {
      const { id, number } = state.newer;
      where.appendChild(el("div", "newer", say("newer", { number }), " ", button("button link", say("goThere"), () => void this.panel.chooseVersion(id))));
    }
  }

  private drawList(state: PanelState): void {
    const top = this.main.scrollTop;
    empty(this.main);
    const shown = matching(state.threads, state.filter, state.text);
    if (shown.length === 0) this.main.appendChild(el("p", "quiet nothing", state.loaded ? say("none") : say("loading")));
    for (const thread of shown) this.main.appendChild(this.thread(thread));
    this.main.scrollTop = top;
  }

  private thread(thread: Thread): HTMLElement {
    const done = thread.completed_at !== null;
    const may = thread.can.includes("complete");
    const jump = button("time", thread.timecode ?? String(thread.frame), () => void this.panel.jump(thread), say("jump", { timecode: thread.timecode ?? thread.frame }));
    const actions = el(
      "div",
      "line actions",
      button("button link", say("reply"), () => this.answer(thread)),
      may && button("button link", done ? say("reopen") : say("markDone"), () => void this.panel.complete(thread.id, !done)),
      button("button link", say("inBrowser"), () => void this.panel.browse(thread.url)),
    );
    const made = el("div", `thread${done ? " done" : ""}${thread.internal ? " internal" : ""}`, el("div", "line", jump, el("strong", "author", thread.author.name), ...tags(thread)), el("div", "text", thread.text));
    for (const reply of thread.replies) made.appendChild(el("div", "reply", el("strong", "author", reply.author.name), " ", reply.text));
    made.appendChild(actions);
    if (this.answering?.id === thread.id) made.appendChild(this.answering.box);
    made.addEventListener("click", () => void this.panel.jump(thread));
    return made;
  }

  private answer(thread: Thread): void {
    const box = this.box(say("reply"), async (text) => {
      const sent = await this.panel.reply(thread, text);
      if (sent) this.answering = null;
      this.show(this.panel.state);
      return sent;
    });
    this.answering = this.answering?.id === thread.id ? null : { id: thread.id, box };
    this.show(this.panel.state);
    if (this.answering) box.querySelector("textarea")?.focus();
  }

  private box(label: string, send: (text: string) => Promise<boolean>): HTMLElement {
    const area = el("textarea", "input area");
    area.setAttribute("placeholder", label);
    area.setAttribute("aria-label", label);
    area.setAttribute("rows", "2");
    const go = (): void => void send(area.value).then((sent) => {
      if (sent) area.value = "";
    });
    area.addEventListener("keydown", (event) => {
      event.stopPropagation(); // Premiere's own keys are for the timeline
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) go();
    });
    const made = el("div", "line box", area, button("button", say("send"), go));
    made.addEventListener("click", (event) => event.stopPropagation());
    return made;
  }

  private tools(state: PanelState): HTMLElement {
    const { panel } = this;
    const more = el("div", this.more ? "more" : "more gone");
    const begins: Named[] = [
      { id: "timecode", name: say("byTimecode") },
      { id: "start", name: say("atStart") },
      { id: "playhead", name: typeof state.alignment === "number" ? say("atFrame", { frame: state.alignment }) : say("atPlayhead") },
    ];
    const present = typeof state.alignment === "number" ? "playhead" : state.alignment;
    more.appendChild(choice(say("begins"), begins, present, (id) => void panel.align(id as "timecode" | "start" | "playhead")));
    more.appendChild(el("div", "line", button("button", say("removeMarkers"), () => void panel.removeMarkers()), button("button link", say("signOut"), () => void panel.signOut())));
    const keep = el("input", "");
    keep.setAttribute("type", "checkbox");
    keep.setAttribute("id", "keep");
    keep.checked = state.keepInSync;
    keep.addEventListener("change", () => panel.keepInSync(keep.checked));
    const label = el("label", "check", keep, ` ${say("keepInSync")}`);
    const open = button("button link", say("more"), () => {
      this.more = !this.more;
      more.className = this.more ? "more" : "more gone";
    });
    return el("div", "tools", el("div", "line", button("button primary", say("sync"), () => void panel.sync()), label, open), more);
  }
}

function tags(thread: Thread): HTMLElement[] {
  const made: HTMLElement[] = [];
  if (thread.internal) made.push(el("span", "tag", say("internal")));
  if (thread.annotation_frames.length > 0) made.push(el("span", "tag", say("drawing")));
  return made;
}
