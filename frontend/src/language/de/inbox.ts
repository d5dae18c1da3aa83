// The inbox and its bell, and what people set for mails.
export const INBOX = {
  Inbox: "Eingang",
  "Inbox, {count} unread | Inbox, {count} unread": "Eingang, {count} ungelesen | Eingang, {count} ungelesen",
  "Mark as read": "Als gelesen markieren",
  "Mark as unread": "Als ungelesen markieren",
  "↑ ↓ move, Enter opens, R marks as read": "↑ ↓ wählen, Enter öffnet, R markiert als gelesen",
  "All projects": "Alle Projekte",
  "Show more": "Mehr zeigen",
  Unread: "Ungelesen",
  "Nothing unread": "Nichts ungelesen",
  "Nothing yet": "Noch nichts",
  "Here stands who mentions you, replies to you or asks for your approval, and what became of your versions.": "Hier steht, wer Sie erwähnt, Ihnen antwortet oder um Ihre Abnahme bittet, und was aus Ihren Versionen wurde.",
  "{count} new | {count} new": "{count} neu | {count} neu",
} as const;
