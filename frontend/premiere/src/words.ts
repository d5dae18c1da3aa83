// What the panel says, in English and in German, by the language of Premiere's own menus.
import { EVERYWHERE } from "../../src/language/de/everywhere.ts";
import { speak } from "../../src/language/translate.ts";

const WORDS = {
  server: ["Address of your Twopop", "Adresse Ihres Twopop"],
  signIn: ["Sign in", "Anmelden"],
  signInHint: ["A page opens in your browser; allow this panel there.", "Im Browser öffnet sich eine Seite; erlauben Sie dort dieses Panel."],
  waitingForYou: ["Allow this code in the browser:", "Erlauben Sie im Browser diesen Code:"],
  openAgain: ["Open the page again", "Seite noch einmal öffnen"],
  cancel: ["Cancel", "Abbrechen"],
  refused: ["It was refused in the browser.", "Im Browser wurde abgelehnt."],
  tooLate: ["The code is too old. Sign in again.", "Der Code ist abgelaufen. Melden Sie sich noch einmal an."],
  notAnAddress: ["This is no address: https://review.example", "Das ist keine Adresse: https://review.example"],
  signOut: ["Sign out", "Abmelden"],
  signedOut: ["The sign-in is over. Sign in again.", "Die Anmeldung gilt nicht mehr. Melden Sie sich noch einmal an."],
  whichVersion: ["Which version is this sequence?", "Welche Version ist diese Sequenz?"],
  project: ["Project", "Projekt"],
  stack: ["Stack", "Stapel"],
  version: ["Version", "Version"],
  choose: ["Choose …", "Auswählen …"],
  orAddress: ["Or the address of the version's page", "Oder die Adresse der Seite der Version"],
  use: ["Use it", "Verwenden"],
  noVersion: ["That is no address of a version's page.", "Das ist keine Adresse der Seite einer Version."],
  change: ["Change version", "Version wechseln"],
  newer: ["Version {number} is there.", "Version {number} ist da."],
  goThere: ["Show it", "Anzeigen"],
  versionGone: ["This version is no longer there.", "Diese Version gibt es nicht mehr."],
  find: ["Find in comments", "In Kommentaren suchen"],
  open: ["Open", "Offen"],
  done: ["Done", "Erledigt"],
  all: ["All", "Alle"],
  none: ["No comments here.", "Keine Kommentare hier."],
  loading: ["Loading comments …", "Kommentare werden geladen …"],
  internal: ["internal", "intern"],
  drawing: ["with a drawing", "mit Zeichnung"],
  reply: ["Reply", "Antworten"],
  send: ["Send", "Senden"],
  markDone: ["Mark as done", "Als erledigt markieren"],
  reopen: ["Open again", "Wieder öffnen"],
  inBrowser: ["In the browser", "Im Browser"],
  comment: ["Comment at the playhead", "Kommentar an der Abspielposition"],
  jump: ["Go to {timecode}", "Zu {timecode} gehen"],
  sync: ["Sync markers", "Marker abgleichen"],
  keepInSync: ["Keep them so", "Laufend"],
  synced: ["Markers: {added} new, {changed} changed, {removed} removed, {kept} as they were.", "Marker: {added} neu, {changed} geändert, {removed} entfernt, {kept} unverändert."],
  outside: ["{outside} comments lie outside the sequence.", "{outside} Kommentare liegen außerhalb der Sequenz."],
  removeMarkers: ["Remove our markers", "Unsere Marker entfernen"],
  begins: ["The version begins", "Die Version beginnt"],
  byTimecode: ["by its timecode", "nach ihrem Timecode"],
  atStart: ["at the sequence's start", "am Anfang der Sequenz"],
  atPlayhead: ["at the playhead", "an der Abspielposition"],
  atFrame: ["at frame {frame}", "bei Frame {frame}"],
  noSequence: ["Open a sequence first.", "Öffnen Sie zuerst eine Sequenz."],
  otherRate: ["The sequence and the version have different frame rates: {version} fps is the version's.", "Sequenz und Version haben verschiedene Bildraten: Die der Version ist {version} fps."],
  notCounted: ["The version's frames are not counted yet. Try again in a minute.", "Die Frames der Version sind noch nicht gezählt. Versuchen Sie es in einer Minute noch einmal."],
  beyond: ["This frame lies outside the sequence.", "Dieser Frame liegt außerhalb der Sequenz."],
  hostRefused: ["Premiere did not take the change: {what}", "Premiere hat die Änderung nicht angenommen: {what}"],
  connecting: ["Connecting", "Verbindet"],
  live: ["Live", "Live"],
  offline: ["No connection", "Keine Verbindung"],
  more: ["More", "Mehr"],
} as const satisfies Record<string, readonly [english: string, german: string]>;

export type Word = keyof typeof WORDS;

let german = false;

/** `locale`: as Premiere names it, `de_DE`. */
export function speakAs(locale: string): void {
  german = locale.toLowerCase().startsWith("de");
  if (german) speak("de", "de", EVERYWHERE);
  else speak("en", "en-GB", {});
}

export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return WORDS[word][german ? 1 : 0].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** For the test of completeness. */
export const EVERY_WORD = WORDS;
