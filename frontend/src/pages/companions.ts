// "For editors": what there is to install. The page is the server's; this lets its commands be copied with one press.
import "../styles/library.css";
import "../styles/companions.css";
import { iconButton } from "../elements/dom.ts";
import { copyText, toast } from "../elements/feedback.ts";
import { t } from "../language/translate.ts";

for (const block of document.querySelectorAll<HTMLElement>("pre.command")) {
  const copy = async (): Promise<void> => {
    if (await copyText(block.querySelector("code")?.textContent ?? "")) toast(t("Copied."));
  };
  block.append(iconButton("copy", t("Copy"), () => void copy(), true));
}
