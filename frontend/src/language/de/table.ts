// All German texts: one file per part of the product. A text that several parts use stands in one of them.
import { AUDIT } from "./audit.ts";
import { CHECKS } from "./checks.ts";
import { CONNECTION } from "./connection.ts";
import { DESK } from "./desk.ts";
import { EVERYWHERE } from "./everywhere.ts";
import { KEYS } from "./keys.ts";
import { LOCKS_AND_POLICY } from "./locks-and-policy.ts";
import { OUTBOX } from "./outbox.ts";
import { PROJECT } from "./project.ts";
import { ROOM } from "./room.ts";
import { SESSION } from "./session.ts";
import { SHARE } from "./share.ts";
import { TALK } from "./talk.ts";
import { WATERMARK } from "./watermark.ts";

export const GERMAN = { ...EVERYWHERE, ...PROJECT, ...ROOM, ...KEYS, ...TALK, ...CHECKS, ...DESK, ...LOCKS_AND_POLICY, ...OUTBOX, ...CONNECTION, ...AUDIT, ...SESSION, ...SHARE, ...WATERMARK } as const;
export type German = typeof GERMAN;
