// What is written and not sent yet.
export const OUTBOX = {
  "Not sent: somebody else is signed in now. It is kept here until you are again.": "Nicht gesendet: jetzt ist jemand anderes angemeldet. Es bleibt hier aufgehoben, bis Sie es wieder sind.",
  "Not sent: somebody is signed in now, and this was written as a guest. It is kept here until they sign out.":
    "Nicht gesendet: jetzt ist jemand angemeldet, und dies wurde als Gast geschrieben. Es bleibt hier aufgehoben, bis sich das Konto abmeldet.",
  "The server cannot be reached, and this browser has no room for the file.": "Der Server ist nicht erreichbar, und dieser Browser hat keinen Platz für die Datei.",
  "The server cannot be reached, and files of {limit} together are the most that wait here.": "Der Server ist nicht erreichbar, und mehr als {limit} an Dateien zusammen warten hier nicht.",
  "Attach it when the connection is back.": "Hängen Sie sie an, wenn die Verbindung wieder da ist.",
  "{name}: this browser does not have the file any more.": "{name}: diese Datei hat dieser Browser nicht mehr.",
  "Attach it again, or take it out.": "Hängen Sie sie neu an oder nehmen Sie sie heraus.",
  "Kept here, sent with the comment": "Hier aufgehoben, wird mit dem Kommentar gesendet",
  "Sent with the comment": "Wird mit dem Kommentar gesendet",
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
