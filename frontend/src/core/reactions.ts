// The signs that can be put on a comment, as the server knows them.
import { t } from "../language/translate.ts";
import type { ReactionName } from "../net/types.ts";

export const REACTIONS: readonly { readonly name: ReactionName; readonly emoji: string; readonly label: string }[] = [
  { name: "thumbs_up", emoji: "👍", label: t("Thumbs up") },
  { name: "thumbs_down", emoji: "👎", label: t("Thumbs down") },
  { name: "heart", emoji: "❤️", label: t("Heart") },
  { name: "laugh", emoji: "😄", label: t("Laugh") },
  { name: "party", emoji: "🎉", label: t("Party") },
  { name: "eyes", emoji: "👀", label: t("I am looking at it") },
  { name: "thanks", emoji: "🙏", label: t("Thanks") },
  { name: "fire", emoji: "🔥", label: t("Fire") },
];
