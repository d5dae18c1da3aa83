// All German texts: one file per part of the product.
import { COMMON } from "./common.ts";

export const GERMAN = { ...COMMON } as const;
export type German = typeof GERMAN;
