// The signs that can be put on a comment, as the server knows them.
import type { ReactionName } from "../net/types.ts";

export const REACTIONS: readonly { readonly name: ReactionName; readonly emoji: string; readonly label: string }[] = [
  { name: "thumbs_up", emoji: "👍", label: "Thumbs up" },
  { name: "thumbs_down", emoji: "👎", label: "Thumbs down" },
  { name: "heart", emoji: "❤️", label: "Heart" },
  { name: "laugh", emoji: "😄", label: "Laugh" },
  { name: "party", emoji: "🎉", label: "Party" },
  { name: "eyes", emoji: "👀", label: "I am looking at it" },
  { name: "thanks", emoji: "🙏", label: "Thanks" },
  { name: "fire", emoji: "🔥", label: "Fire" },
];
