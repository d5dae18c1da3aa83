// What the pages of a project have in common: they load what they show, say what went wrong, and load again when somebody
// changed something of its kind.
import { fill, h } from "../elements/dom.ts";
import { problemBox } from "../elements/feedback.ts";
import { after, api, goLive } from "./connect.ts";

export { api };

export interface LivePage<T> {
  /** Where the page stands while it waits, and what went wrong if it never had anything to show. */
  readonly body: HTMLElement;
  fetch(): Promise<T>;
  show(found: T): void;
  /** Kinds of events after which it is fetched again, so many milliseconds later: one action makes several. */
  readonly kinds: RegExp;
  readonly wait?: number;
  /** What somebody is writing is not taken away. */
  busy?(): boolean;
  event?(kind: string, payload: unknown): void;
}

/** Bring a page to life. `element` carries `data-project` and `data-seq`. Answers with what loads it again. */
export function livePage<T>(element: HTMLElement, page: LivePage<T>): () => Promise<void> {
  let shown = false;
  let soon: (() => void) | null = null;
  const load = async (): Promise<void> => {
    try {
      const found = await page.fetch();
      if (page.busy?.()) return;
      shown = true;
      page.show(found);
    } catch (error) {
      if (!shown) fill(page.body, problemBox(error, () => void load()));
    }
  };
  fill(page.body, h("div", { class: "skeleton report-skeleton" }));
  void load();
  goLive(element.dataset["project"] ?? "", Number(element.dataset["seq"] ?? 0), {
    event: ({ kind, payload }) => {
      page.event?.(kind, payload);
      if (page.busy?.() || !page.kinds.test(kind)) return;
      soon?.();
      soon = after(page.wait ?? 200, () => void load());
    },
    progress: () => {},
    state: () => {},
  });
  return load;
}
