// May I start? One line, green or red, and behind it the reasons.
import type { Api } from "../net/api.ts";
import type { PreSession } from "../net/types.ts";
import { fill, h, icon } from "./dom.ts";
import { t } from "../language/translate.ts";

type Reason = PreSession["reasons"][number];

/** Where the remedy of a reason is. */
export function remedyLink(projectId: string, one: Reason): string | null {
  if (one.code === "protocol_not_acknowledged") return `/projects/${projectId}/protocol`;
  if (one.code === "checks_failed" && one.version_id) return `/v/${one.version_id}/checks`;
  if (one.version_id) return `/v/${one.version_id}`;
  if (one.asset_id) return `/stacks/${one.asset_id}`;
  return one.sequence_id ? `/projects/${projectId}?sequence=${one.sequence_id}` : null;
}

export class SessionLine extends HTMLElement {
  constructor(
    private readonly api: Api,
    private readonly projectId: string,
  ) {
    super();
    this.hidden = true;
  }

  /** Ask for a sequence, or (null) for the whole project. */
  async load(sequenceId: string | null): Promise<void> {
    const found = await this.api.send<PreSession>(`projects/${this.projectId}/pre-session${sequenceId ? `?sequence_id=${sequenceId}` : ""}`).catch(() => null);
    this.hidden = found === null;
    if (found) this.show(found);
  }

  private show({ may_start, line, reasons }: PreSession): void {
    const was = this.querySelector("details")?.open ?? false;
    const reason = (one: Reason): HTMLElement => {
      const link = remedyLink(this.projectId, one);
      return h("li", null, h("strong", null, one.message), h("span", { class: "quiet" }, ` ${one.remedy} `), link !== null && h("a", { href: link }, t("Go there")));
    };
    this.dataset["state"] = may_start ? "good" : "bad";
    const head = [icon(may_start ? "check" : "close"), h("span", null, line)];
    fill(this, reasons.length === 0 ? h("p", { class: "session-line" }, head) : h("details", { open: was }, h("summary", { class: "session-line" }, head), h("ul", { class: "session-reasons" }, reasons.map(reason))));
  }
}
customElements.define("tp-session", SessionLine);
