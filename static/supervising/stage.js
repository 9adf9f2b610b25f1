// How far the supervision of a call has come, as this page has it.

/**
 * connecting, joined, elsewhere, lost or ending. `media` is the phone's; `isHere`: this page has the
 * sound; `isOurs`: it belongs here; `isLeft`: it was left here; `isOver`: the phone has hung up.
 */
export function stageOf({ isRinging, media, isHere, isOurs, isLeft, isOver = false }) {
  if (media === "lost") return "lost";
  if (isLeft) return "ending";
  if (isHere) return "joined";
  if (media === "connecting" || isRinging) return "connecting";
  if (isOver) return "ending";
  return isOurs ? "lost" : "elsewhere";
}
