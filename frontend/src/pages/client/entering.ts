// What the client's page asks for before its scripts are there: to be let in, where that is still to be done, and the frame
// table of the picture that it will show. It imports nothing, so that it runs first of all.
import type { Fetch } from "../../player/failures.ts";

interface Early {
  /** Whether this browser is still to be let in. */
  readonly enter: boolean;
  readonly table: string | null;
}

function early(): Early {
  const content = document.querySelector<HTMLMetaElement>("meta[name=twopop-early]")?.content;
  return content ? (JSON.parse(content) as Early) : { enter: false, table: null };
}

const cookie = (name: string): string => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function letIn(): Promise<void> {
  for (;;) {
    const answer = await fetch(location.pathname, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") } }).catch(() => null);
    if (answer?.ok) return;
    if (answer) return knockAgain();
    await pause(2_000); // the network is away: what is on the page already can be looked at meanwhile
  }
}

/** The link ended in this moment, or the browser keeps no cookies: what the server says of it is a page of its own. */
function knockAgain(): Promise<never> {
  const token = document.createElement("input");
  token.name = "csrfmiddlewaretoken";
  token.value = cookie("csrftoken");
  const form = document.createElement("form");
  form.method = "post";
  form.append(token);
  document.documentElement.append(form);
  form.submit();
  return new Promise(() => undefined);
}

const { enter, table } = early();

/** Settled once the server serves this browser what the link shows. */
export const entered: Promise<void> = enter ? letIn() : Promise.resolve();
let tableAnswer: Promise<Response> | null = table === null ? null : entered.then(() => fetch(table, { credentials: "same-origin" }));
tableAnswer?.catch(() => undefined); // whoever takes it hears of it

/** As `fetch`, once this browser is in; the table that was asked for already is answered by what came. */
export const fetchOnceIn: Fetch = async (url, init) => {
  await entered;
  const taken = url === table ? tableAnswer : null;
  if (taken) tableAnswer = null;
  return taken ?? fetch(url, init);
};
