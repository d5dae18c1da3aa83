// What is written and not sent yet.
export const OUTBOX = {
  "Somebody else is signed in now. It is kept here until you are again.": "Jetzt ist jemand anderes angemeldet. Es bleibt hier aufgehoben, bis Sie wieder angemeldet sind.",
  "Not sent yet: sign in again. It is kept here and sent then.": "Noch nicht gesendet: bitte neu anmelden. Es bleibt hier aufgehoben und wird dann gesendet.",
  "Not sent yet: the link does not let you in any more. It is kept here, and sent when it does.":
    "Noch nicht gesendet: der Link lässt Sie nicht mehr ein. Es bleibt hier aufgehoben und wird gesendet, wenn er es wieder tut.",
  "Waiting to be sent: the server is busy.": "Wartet aufs Senden: der Server ist überlastet.",
  "Waiting to be sent: the server cannot be reached.": "Wartet aufs Senden: der Server ist nicht erreichbar.",
  "This browser keeps nothing: leave the page open until it is sent.": "Dieser Browser bewahrt nichts auf: lassen Sie die Seite offen, bis es gesendet ist.",
  "Not sent: {reason}": "Nicht gesendet: {reason}",
  "Copy text": "Text kopieren",
  "Text copied.": "Text kopiert.",
  "A comment written earlier has been sent. | {count} comments written earlier have been sent.":
    "Ein früher geschriebener Kommentar wurde gesendet. | {count} früher geschriebene Kommentare wurden gesendet.",
  "A comment of yours could not be sent. | {count} comments of yours could not be sent.":
    "Ein Kommentar von Ihnen konnte nicht gesendet werden. | {count} Kommentare von Ihnen konnten nicht gesendet werden.",
  "Comments that were not sent": "Nicht gesendete Kommentare",
  "They are kept in this browser until you send, copy or discard them.": "Sie bleiben in diesem Browser, bis Sie sie senden, kopieren oder verwerfen.",
  "A drawing without words": "Eine Zeichnung ohne Worte",
  "Nothing is left: all has been sent or discarded.": "Nichts mehr übrig: alles ist gesendet oder verworfen.",
  "Open its version": "Zur Version",
} as const;
