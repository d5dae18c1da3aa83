// The script of German: it speaks before the scripts of the page.
import { GERMAN } from "./de/table.ts";
import { speak } from "./translate.ts";

speak("de", "de", GERMAN);
