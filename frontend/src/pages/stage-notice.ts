// What stands in the place of the picture while there is none.
import { sentence } from "../core/wording.ts";
import { h } from "../elements/dom.ts";
import { problemText } from "../elements/feedback.ts";
import { ask } from "../elements/requests.ts";
import { t } from "../language/translate.ts";
import type { MediaStatus } from "../net/types.ts";
import type { PlayerState } from "../player/player.ts";
import { activeJob, failedJob, progressText, stepName } from "../state/sources.ts";

export interface Notice {
  readonly key: string;
  readonly node: () => Node;
}

export function stageNotice(media: MediaStatus | null, error: unknown, player: PlayerState, mayManage: boolean): Notice | null {
  if (player.status !== "empty" && player.sourceId !== null) return null;
  if (media === null) {
    if (!error) return { key: "loading", node: () => h("i", { class: "spinner", role: "status", "aria-label": t("Loading") }) };
    const { message, remedy } = problemText(error);
    return { key: `error:${message}`, node: () => h("div", { class: "stage-card problem", role: "alert" }, h("p", null, message), h("p", { class: "remedy" }, remedy)) };
  }
  if (media.renditions.length > 0) return null;
  const active = activeJob(media.jobs);
  const failed = failedJob(media.jobs);
  if (!active && failed) {
    const code = failed.error?.code ?? failed.id;
    return {
      key: `failed:${code}:${mayManage}`,
      node: () => {
        const card = h(
          "div",
          { class: "stage-card problem", role: "alert" },
          h("p", null, h("strong", null, `${t("This file cannot be shown.")} `), sentence(failed.error?.message ?? "")),
          h("p", { class: "remedy" }, failed.error?.remedy ?? ""),
        );
        if (mayManage) card.append(h("button", { type: "button", class: "button small", onclick: () => ask(card, { kind: "retry-jobs" }) }, t("Try again")));
        return card;
      },
    };
  }
  if (!active && media.state === "cancelled") {
    return { key: "cancelled", node: () => h("div", { class: "stage-card" }, h("p", null, t("Preparation was cancelled. It can be started again below."))) };
  }
  const words = active ? stepName(active.step) : t("Waiting for the first step");
  const detail = active ? progressText(active) : "";
  return {
    key: `preparing:${words}:${detail}`,
    node: () => h("div", { class: "stage-card" }, h("p", null, h("strong", null, words)), h("p", { class: "quiet num" }, detail || t("The first pictures can be shown in a moment."))),
  };
}
