// The door of a share link. One that asks for nothing opens by itself. (By POST: programs that fetch links to show a preview
// must not count as somebody who came in.) One that was opened too often counts down, and then tries again by itself.
import { n, t } from "../language/translate.ts";

document.querySelector<HTMLFormElement>("form[data-enter]")?.requestSubmit();

function countDown(words: HTMLElement, seconds: number): void {
  const end = performance.now() + seconds * 1_000;
  const tick = (): void => {
    const left = Math.ceil((end - performance.now()) / 1_000);
    if (left <= 0) return location.replace(location.pathname + location.search);
    const wait = left < 60 ? n("{count} second | {count} seconds", left) : n("{count} minute | {count} minutes", Math.ceil(left / 60));
    words.textContent = t("It goes on by itself in {wait}.", { wait });
    window.setTimeout(tick, 1_000);
  };
  tick();
}

const waiting = document.querySelector<HTMLElement>("[data-wait]");
const words = waiting?.querySelector<HTMLElement>("span");
if (waiting && words) countDown(words, Number(waiting.dataset["wait"]));
