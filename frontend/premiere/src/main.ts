// Runs in Premiere: its modules, the panel's document, and everything that the panel keeps.
import type { SocketPort } from "../../src/net/live.ts";
import { Panel } from "./panel.ts";
import type { Keeper } from "./panel-state.ts";
import type { Premiere, Uxp } from "./premiere-api.ts";
import { PremiereHost } from "./premiere-host.ts";
import { PanelView } from "./view.ts";
import { speakAs } from "./words.ts";

declare const require: (name: "premierepro" | "uxp") => unknown;

const TOKEN = "token";

function keeper({ secureStorage }: Uxp["storage"]): Keeper {
  return {
    secret: async () => {
      const bytes = await secureStorage.getItem(TOKEN).catch(() => null); // emptied by the system: sign in again
      return bytes ? String.fromCharCode(...bytes) : null;
    },
    keepSecret: (value) => (value === null ? secureStorage.removeItem(TOKEN).catch(() => {}) : secureStorage.setItem(TOKEN, value)),
    choice: (name) => localStorage.getItem(name),
    keepChoice: (name, value) => (value === null ? localStorage.removeItem(name) : localStorage.setItem(name, value)),
  };
}

const uxp = require("uxp") as Uxp;
speakAs(uxp.host.uiLocale);

const panel = new Panel(
  {
    host: new PremiereHost(require("premierepro") as Premiere),
    request: (url, init) => fetch(url, init),
    open: (url) => new WebSocket(url) as unknown as SocketPort,
    keeper: keeper(uxp.storage),
    browse: async (url) => void (await uxp.shell.openExternal(url)),
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  },
  (state) => view.show(state),
  document.body.getAttribute("data-address") ?? "",
);
const view = new PanelView(document.body, panel);
void panel.start();
