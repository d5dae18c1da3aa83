// The minutes of live sessions: the page is the server's; times are shown as the clock of whoever reads has them.
import "../styles/library.css";
import "../styles/desk.css";
import "../styles/minutes.css";
import { localeTag } from "../language/translate.ts";

for (const time of document.querySelectorAll<HTMLTimeElement>("main time[datetime]")) {
  const short = time.dataset["short"] !== undefined;
  time.textContent = new Date(time.dateTime).toLocaleString(localeTag(), short ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}
