// What is said in many places.
import { INBOX } from "./inbox.ts";

export const EVERYWHERE = {
  ...INBOX,
  "{size} bytes": "{size} Byte",
  "just now": "gerade eben",
  "{count} min ago": "vor {count} min",
  "{count} h ago": "vor {count} h",
  "Try again": "Noch einmal versuchen",
  Close: "Schließen",
  Cancel: "Abbrechen",
  Done: "Erledigt",
  "Done // finished with this": "Fertig",
  Open: "Öffnen",
  Loading: "Wird geladen",
  Version: "Version",
  Connecting: "Verbindet",
  Live: "Live",
  "No connection. Trying again; what you write is kept": "Keine Verbindung. Neuer Versuch; was Sie schreiben, bleibt erhalten",
  "Something went wrong on this page.": "Auf dieser Seite ist etwas schiefgegangen.",
  "Reload it and try again.": "Laden Sie sie neu und versuchen Sie es noch einmal.",
  "The server cannot be reached.": "Der Server ist nicht erreichbar.",
  "Check the connection; what you did is kept here.": "Prüfen Sie die Verbindung; was Sie getan haben, bleibt hier erhalten.",
  "The server's answer could not be read.": "Die Antwort des Servers war nicht lesbar.",
  "Try again in a moment.": "Versuchen Sie es gleich noch einmal.",
  "It may pass in a moment. If it stays, tell whoever runs this server.": "Vielleicht ist es gleich vorbei. Wenn nicht, sagen Sie es denen, die diesen Server betreiben.",
  "The server answered {status}.": "Der Server antwortete mit {status}.",
} as const;
