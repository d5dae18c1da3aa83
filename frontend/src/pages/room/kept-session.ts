/** Under which a tab keeps the live session that it is, or was, in: a reload, or the room of another stack, goes on in it. */
export const KEPT_SESSION = "twopop-session";
