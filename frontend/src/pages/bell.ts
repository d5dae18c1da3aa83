// The bell in the header of every page. What it knows it tells the page too, which may be the inbox itself.
import { n, t } from "../language/translate.ts";
import type { LiveEvent, NotificationCounts } from "../net/types.ts";
import { countText, seenAt, Unread } from "../state/unread.ts";
import { after, api, LIVE_EVENT } from "./connect.ts";

/** The bell was answered; `detail` are NotificationCounts. */
export const UNREAD_EVENT = "tp-unread";
/** The page had an answer itself. */
export const COUNTED_EVENT = "tp-counted";

const place = seenAt(location.pathname, location.search);
const unread = new Unread(
  {
    fetch: () => api.send<NotificationCounts>("me/notifications/counts"),
    markSeen: () => api.send<NotificationCounts>("me/notifications/read", { method: "POST", body: place }),
    show,
    after,
    now: () => performance.now(),
    looking: () => !document.hidden,
  },
  place !== null,
);

function show(counts: NotificationCounts): void {
  const words = counts.unread === 0 ? t("Inbox") : n("Inbox, {count} unread | Inbox, {count} unread", counts.unread);
  for (const bell of document.querySelectorAll<HTMLElement>("[data-bell]")) {
    const count = bell.querySelector<HTMLElement>(".bell-count");
    const named = bell.querySelector("[data-bell-words]");
    if (count) {
      count.textContent = countText(counts.unread);
      count.hidden = counts.unread === 0;
    }
    if (named) named.textContent = words;
    bell.title = words;
  }
  document.dispatchEvent(new CustomEvent<NotificationCounts>(UNREAD_EVENT, { detail: counts }));
}

document.addEventListener(LIVE_EVENT, (event) => unread.happened((event as CustomEvent<LiveEvent>).detail.kind));
document.addEventListener(COUNTED_EVENT, (event) => unread.take((event as CustomEvent<NotificationCounts>).detail));
document.addEventListener("visibilitychange", () => !document.hidden && unread.looked());
window.addEventListener("pageshow", (event) => event.persisted && unread.looked());
void unread.start();
