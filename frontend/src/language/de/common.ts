// What is said in many places.
export const COMMON = {
  "{size} bytes": "{size} Byte",
  "just now": "gerade eben",
  "{count} min ago": "vor {count} min",
  "{count} h ago": "vor {count} h",
  "Try again": "Noch einmal versuchen",
  Close: "Schließen",
  "Something went wrong on this page.": "Auf dieser Seite ist etwas schiefgegangen.",
  "Reload it and try again.": "Laden Sie sie neu und versuchen Sie es noch einmal.",
  "The server cannot be reached.": "Der Server ist nicht erreichbar.",
  "Check the connection; what you did is kept here.": "Prüfen Sie die Verbindung; was Sie getan haben, bleibt hier erhalten.",
  "The server's answer could not be read.": "Die Antwort des Servers war nicht lesbar.",
  "Try again in a moment.": "Versuchen Sie es gleich noch einmal.",
  "The server answered {status}.": "Der Server antwortete mit {status}.",
  "{count} error | {count} errors": "{count} Fehler | {count} Fehler",
  "{count} warning | {count} warnings": "{count} Warnung | {count} Warnungen",
} as const;
