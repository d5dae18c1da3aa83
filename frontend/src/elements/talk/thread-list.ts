// The threads that are on screen, of as many as there are: TanStack Virtual knows heights and places, this puts nodes there.
// Beside the picture the list scrolls by itself; on a phone the page does.
import {
  defaultRangeExtractor,
  elementScroll,
  measureElement,
  observeElementOffset,
  observeElementRect,
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
  type PartialKeys,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import { t } from "../../language/translate.ts";
import type { Thread } from "../../state/comments.ts";
import { h } from "../dom.ts";

const ESTIMATE = 116; // px of a thread that was never on screen
const GAP = 2;
const NARROW = window.matchMedia("(max-width: 800px)");

type Space = Element | Window;
type Options = VirtualizerOptions<Space, HTMLElement>;
type Given = "scrollToFn" | "observeElementRect" | "observeElementOffset" | "getScrollElement";

export class ThreadList {
  readonly element = h("div", { class: "thread-list" });
  private readonly space = h("div", { class: "thread-space", role: "feed", "aria-label": t("Comments") });
  private threads: readonly Thread[] = [];
  private pinned: ReadonlySet<string> = new Set();
  private virtual: Virtualizer<Space, HTMLElement> | null = null;
  private stop: (() => void) | null = null;
  private nodes = new Map<string, HTMLElement>();
  private drawing = false;
  private stale = false;

  /** `node`: the node of a thread, the same one for as long as nothing of it changes. */
  constructor(private readonly node: (thread: Thread) => HTMLElement) {
    NARROW.addEventListener("change", () => this.restart());
  }

  /** `pinned`: first comments of threads that stay in the page wherever it scrolls, because somebody writes in them. */
  show(threads: readonly Thread[], pinned: ReadonlySet<string>): void {
    this.threads = threads;
    this.pinned = pinned;
    if (this.space.parentElement !== this.element) this.element.replaceChildren(this.space);
    if (!this.virtual) this.start();
    this.virtual?.setOptions(this.options());
    this.virtual?._willUpdate();
    this.draw();
  }

  /** Something else in the place of the threads. */
  replace(node: Node | readonly Node[]): void {
    this.element.replaceChildren(...(node instanceof Node ? [node] : node));
  }

  /** Bring a thread into view. */
  reveal(id: string): void {
    const index = this.threads.findIndex(({ root, replies }) => root.comment.id === id || replies.some((reply) => reply.comment.id === id));
    if (index >= 0) this.virtual?.scrollToIndex(index, { align: "auto" });
  }

  /** First comments of the threads that are on screen now. */
  get onScreen(): readonly Thread[] {
    const range = this.virtual?.range;
    return range ? this.threads.slice(range.startIndex, range.endIndex + 1) : [];
  }

  private start(): void {
    this.virtual = new Virtualizer(this.options());
    this.stop = this.virtual._didMount();
    this.virtual._willUpdate();
  }

  private restart(): void {
    this.stop?.();
    this.virtual = null;
    this.nodes = new Map(); // the next one has measured none of them
    this.show(this.threads, this.pinned);
  }

  private options(): PartialKeys<Options, never> {
    const page = NARROW.matches;
    const how = page
      ? { getScrollElement: () => window, observeElementRect: observeWindowRect, observeElementOffset: observeWindowOffset, scrollToFn: windowScroll, scrollMargin: this.element.getBoundingClientRect().top + window.scrollY }
      : { getScrollElement: () => this.element, observeElementRect, observeElementOffset, scrollToFn: elementScroll, scrollMargin: 0 };
    return {
      ...(how as unknown as Pick<Options, Given> & { scrollMargin: number }), // one virtualizer for both kinds of space
      count: this.threads.length,
      estimateSize: () => ESTIMATE,
      overscan: 4,
      gap: GAP,
      getItemKey: (index) => this.threads[index]?.root.comment.id ?? index,
      measureElement,
      rangeExtractor: (range) => {
        const shown = new Set(defaultRangeExtractor(range));
        if (this.pinned.size > 0) this.threads.forEach(({ root }, i) => this.pinned.has(root.comment.id) && shown.add(i));
        return [...shown].sort((a, b) => a - b);
      },
      onChange: () => this.draw(),
    };
  }

  /** Each node that is measured may change where all others stand, which is told at once: they are placed again when all have
   *  been measured, so that the page is laid out once and not for each of them. */
  private draw(): void {
    this.stale = true;
    if (this.drawing) return;
    this.drawing = true;
    try {
      while (this.stale) this.drawOnce();
    } finally {
      this.drawing = false;
    }
  }

  private drawOnce(): void {
    this.stale = false;
    const { virtual } = this;
    if (!virtual) return;
    const margin = virtual.options.scrollMargin;
    this.space.style.setProperty("height", `${virtual.getTotalSize()}px`);
    const wanted = new Map<string, HTMLElement>();
    for (const { index, start } of virtual.getVirtualItems()) {
      const thread = this.threads[index];
      if (!thread) continue;
      const node = this.node(thread);
      node.dataset["index"] = String(index);
      node.setAttribute("aria-posinset", String(index + 1));
      node.setAttribute("aria-setsize", String(this.threads.length));
      node.style.setProperty("transform", `translateY(${start - margin}px)`);
      wanted.set(thread.root.comment.id, node);
    }
    this.place([...wanted.values()]);
    for (const [id, node] of wanted) if (this.nodes.get(id) !== node) virtual.measureElement(node);
    this.nodes = wanted;
    virtual.measureElement(null); // forgets what left the page
  }

  /** Keep what did not change in place: focus, carets and scrolling stay. */
  private place(nodes: readonly HTMLElement[]): void {
    const kept = new Set<Element>(nodes);
    for (const old of [...this.space.children]) if (!kept.has(old)) this.leave(old as HTMLElement, nodes);
    nodes.forEach((node, i) => {
      const present = this.space.children[i];
      if (present !== node) this.space.insertBefore(node, present ?? null);
    });
  }

  /** The focus goes from a node that is drawn anew to the same button of its successor, and a menu that is open stays so. */
  private leave(old: HTMLElement, nodes: readonly HTMLElement[]): void {
    const successor = nodes.find((node) => node.dataset["thread"] === old.dataset["thread"]);
    if (!successor) return old.remove();
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const [act, menu] = [focused?.getAttribute("data-act"), old.querySelector("details[open]")];
    const same = (of: Element, what: string): HTMLElement | null => {
      const comment = of.closest("[data-comment]")?.getAttribute("data-comment") ?? "";
      return successor.querySelector(`[data-comment="${CSS.escape(comment)}"] ${what}`);
    };
    old.replaceWith(successor);
    if (focused && act) same(focused, `[data-act="${CSS.escape(act)}"]`)?.focus({ preventScroll: true });
    const button = menu && same(menu, `details[class="${menu.className}"] > summary`);
    button?.click();
    if (menu?.contains(focused)) button?.focus({ preventScroll: true });
  }
}
