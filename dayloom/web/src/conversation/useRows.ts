import { useMemo } from "react";
import { useMoment } from "../moment/moment";
import { currentOffer, liveRows, type Row, rowsOf, withLast, withLost } from "./rows";
import { useThread } from "./thread";

/** The conversation as rows; at a past moment what had happened by then, and nothing live. */
export function useRows(): Row[] {
  const { entries, card, offers, waiting, progress, working, stale } = useThread();
  const { at } = useMoment();
  return useMemo(() => {
    if (at !== null) return rowsOf(entries.slice(0, at), null);
    const rows = withLost(withLast(rowsOf(entries, card), entries), entries, waiting);
    rows.push(...liveRows(entries, waiting, progress));
    if (card && !rows.some((row) => row.kind === "open")) rows.push({ kind: "open", key: `card-${card.id}`, card });
    const offer = working ? undefined : currentOffer(entries, offers);
    // A card that waits is what comes next; what else there is to answer stands before it.
    const place = card ? rows.length - 1 : rows.length;
    if (offer) rows.splice(place, 0, { kind: "offer", key: `offer-${offer.run_id}-${offer.card}`, offer });
    if (stale && !card) rows.push({ kind: "stale", key: `stale-${stale.card}`, why: stale.why });
    return rows;
  }, [entries, card, offers, waiting, progress, working, stale, at]);
}
