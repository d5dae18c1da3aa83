// The page of a link that has ended: what was written behind it and not sent stands here, to be taken along.
import "../styles/closed.css";
import { h, icon } from "../elements/dom.ts";
import { copyText, toast } from "../elements/feedback.ts";
import { t } from "../language/translate.ts";
import { BrowserShelf } from "../net/browser-shelf.ts";
import { unsentHere } from "./client/unsent-here.ts";
import { keeping } from "./connect.ts";

async function show(place: HTMLElement): Promise<void> {
  const queue = await new BrowserShelf().all("guest").catch(() => []);
  const texts = unsentHere(location.pathname, queue, keeping);
  if (texts.length === 0) return;
  const copy = (text: string): void => void copyText(text).then((done) => done && toast(t("Text copied.")));
  place.append(
    h("h2", null, t("What you wrote and was not sent")),
    h("ul", { class: "unsent-texts" }, texts.map((text) => h("li", null, h("p", null, text), h("button", { type: "button", class: "button small", onclick: () => copy(text) }, icon("copy"), t("Copy"))))),
  );
  if (texts.length > 1) place.append(h("button", { type: "button", class: "button", onclick: () => copy(texts.join("\n\n")) }, icon("copy"), t("Copy all")));
}

const place = document.querySelector<HTMLElement>("[data-unsent]");
if (place) void show(place);
