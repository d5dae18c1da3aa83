// The first-time tour: a card beside what it speaks of. Nothing waits for it: the room can be used as ever meanwhile.
import "../styles/tour.css";
import { t } from "../language/translate.ts";
import { fill, h, iconButton } from "./dom.ts";
import { keyNames } from "./key-hints.ts";

interface TourStep {
  /** What it points at; steps whose target is not there are left out. */
  readonly target: string;
  readonly title: string;
  readonly text: () => string;
}

const touch = (): boolean => window.matchMedia("(pointer: coarse)").matches;
const STEPS: readonly TourStep[] = [
  {
    target: "tp-player",
    title: t("Every frame is the one it says"),
    text: () => (touch() ? t("Tap to play. Swipe sideways to step frame by frame, pinch to look closer.") : t("{toggle} plays, {back} and {on} step. {help} shows all keys, and changes them: Premiere, Resolve and Avid are there.", { toggle: keyNames("toggle"), back: keyNames("frame-back"), on: keyNames("frame-on"), help: keyNames("help") })),
  },
  {
    target: "tp-composer",
    title: t("Comment where you are"),
    text: () => (touch() ? t("Hold a finger on the picture, or tap here. The comment stays on the frame you were looking at.") : t("{write} pauses and begins to write. The comment stays on the frame you were looking at; set in and out to speak of a range.", { write: keyNames("write") })),
  },
  { target: ".stage-tools", title: t("Draw, look closer, compare"), text: () => (touch() ? t("Draw on the frame, zoom down to pixels, and put another version beside this one.") : t("{draw} draws on the frame, {look} has zoom, scopes and masks, {compare} puts another version beside this one.", { draw: keyNames("draw"), look: keyNames("look-tools"), compare: keyNames("compare") })) },
  { target: "tp-timeline", title: t("All of it at a glance"), text: () => t("Comments, markers and what the sync checks found, in lanes. Drag to move, pinch or Ctrl and wheel to zoom down to single frames.") },
];

/** Show it on `room`. `over`: it was skipped, or seen to its end. Answers how to take it away. */
export function beginTour(room: HTMLElement, over: () => void): () => void {
  const steps = STEPS.filter(({ target }) => room.querySelector(target)?.checkVisibility());
  const card = h("section", { class: "tour-card", role: "region", "aria-label": t("Tour") });
  const body = h("div", { class: "tour-body", "aria-live": "polite" });
  const foot = h("div", { class: "tour-foot" });
  let at = 0;
  let pointed: Element | null = null;

  const end = (): void => {
    pointed?.classList.remove("tour-target");
    window.removeEventListener("resize", place);
    document.removeEventListener("keydown", key);
    card.remove();
  };
  const finish = (): void => {
    end();
    over();
  };
  const place = (): void => {
    if (!pointed) return;
    const target = pointed.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = card;
    const [roomX, roomY] = [window.innerWidth, window.innerHeight];
    const clamp = (value: number, most: number): number => Math.max(12, Math.min(value, most - 12));
    // Beside it if there is room, else above or below, else inside its lower edge.
    let [x, y] = [target.left + target.width / 2 - width / 2, target.bottom + 12];
    if (target.left - width - 24 > 0) [x, y] = [target.left - width - 12, target.top + target.height / 2 - height / 2];
    else if (y + height > roomY - 12) y = target.top - height - 12 > 0 ? target.top - height - 12 : target.bottom - height - 16;
    card.style.setProperty("left", `${clamp(x, roomX - width)}px`);
    card.style.setProperty("top", `${clamp(y, roomY - height)}px`);
  };
  const show = (): void => {
    const step = steps[at];
    if (!step) return finish();
    pointed?.classList.remove("tour-target");
    pointed = room.querySelector(step.target);
    pointed?.classList.add("tour-target");
    const last = at === steps.length - 1;
    fill(body, h("h2", null, step.title), h("p", null, step.text()));
    fill(
      foot,
      h("span", { class: "quiet num" }, t("{at} of {count}", { at: at + 1, count: steps.length })),
      !last && h("button", { type: "button", class: "button ghost small", onclick: finish }, t("Skip the tour")),
      h("button", { type: "button", class: "button primary small", onclick: () => { at += 1; show(); foot.querySelector<HTMLElement>(".primary")?.focus(); } }, last ? t("Done // finished with this") : t("Next")),
    );
    place();
  };
  function key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) finish();
  }

  fill(card, iconButton("close", t("Skip the tour"), finish, true), body, foot);
  room.append(card);
  window.addEventListener("resize", place);
  document.addEventListener("keydown", key);
  show();
  return end;
}
