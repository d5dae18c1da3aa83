// Open comments of earlier versions, as ghosts beside this version's own: seen on their frames, carried over with a click.
import type { Ghost } from "../net/types.ts";
import { fill, h, icon, setText } from "./dom.ts";
import { richTextNode } from "./talk/rich-text.ts";
import { n, t } from "../language/translate.ts";

export interface GhostPort {
  readonly mayCarry: boolean;
  goTo(frame: number): void;
  /** How a frame of this version is read. */
  position(frame: number): string;
  carry(ids: readonly string[]): Promise<void>;
}

export class GhostPanel extends HTMLElement {
  private readonly line = h("span");
  private readonly list = h("ul", { class: "ghost-list" });
  private readonly all = h("div", { class: "form-actions" });
  private readonly fold = h("details", { class: "approval ghosts", name: "beside" }, h("summary", null, icon("comment"), this.line, icon("fold")), h("div", { class: "approval-body" }, this.list, this.all));
  private port: GhostPort | null = null;

  connectedCallback(): void {
    if (this.firstChild) return;
    this.hidden = true;
    this.append(this.fold);
  }

  bind(port: GhostPort): void {
    this.port = port;
  }

  show(ghosts: readonly Ghost[]): void {
    const { port } = this;
    this.hidden = ghosts.length === 0 || !port;
    if (!port || ghosts.length === 0) return;
    setText(this.line, n("{count} open comment of an earlier version | {count} open comments of earlier versions", ghosts.length));
    fill(this.list, ghosts.map((one) => this.row(one, port)));
    const ids = ghosts.filter((one) => one.frame !== null).map((one) => one.comment.id);
    fill(this.all, port.mayCarry && ids.length > 1 && this.button(t("Carry all over"), ids, port));
  }

  /** Unfold the list and bring this one into view. */
  reveal(id: string): void {
    const row = this.list.querySelector<HTMLElement>(`[data-ghost="${CSS.escape(id)}"]`);
    if (!row) return;
    this.fold.open = true;
    for (const one of this.list.children) one.classList.toggle("selected", one === row);
    row.scrollIntoView({ block: "nearest" });
  }

  private row({ comment, version_number, frame }: Ghost, port: GhostPort): HTMLElement {
    return h(
      "li",
      { class: "ghost-row", "data-ghost": comment.id },
      h(
        "p",
        { class: "ghost-head" },
        h("span", { class: "badge" }, `v${version_number}`),
        h("strong", null, comment.author.name),
        frame !== null ? h("button", { type: "button", class: "tc position-chip", title: t("Go to this frame"), onclick: () => port.goTo(frame) }, port.position(frame)) : h("span", { class: "quiet" }, t("this version ends before it")),
      ),
      richTextNode(comment.text, comment.mentions.map((one) => one.text)),
      port.mayCarry && frame !== null && this.button(t("Carry over"), [comment.id], port),
    );
  }

  private button(text: string, ids: readonly string[], port: GhostPort): HTMLElement {
    const button: HTMLButtonElement = h("button", { type: "button", class: "button small", onclick: () => {
      button.disabled = true;
      void port.carry(ids).finally(() => (button.disabled = false));
    } }, text);
    return button;
  }
}
customElements.define("tp-ghosts", GhostPanel);
