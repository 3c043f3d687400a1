import { useMemo } from "react";
import { useMoment } from "../moment/moment";
import { liveRows, type Row, rowsOf, withLast } from "./rows";
import { useThread } from "./thread";

/** The conversation as rows; at a past moment what had happened by then, and nothing live. */
export function useRows(): Row[] {
  const { entries, card, offers, waiting, progress, working } = useThread();
  const { at } = useMoment();
  return useMemo(() => {
    if (at !== null) return rowsOf(entries.slice(0, at), null);
    const rows = withLast(rowsOf(entries, card), working ? (progress?.run ?? null) : null);
    rows.push(...liveRows(entries, waiting, progress));
    if (card && !rows.some((row) => row.kind === "open")) rows.push({ kind: "open", key: `card-${card.id}`, card });
    const offer = working ? undefined : offers.at(-1);
    if (offer) rows.push({ kind: "offer", key: `offer-${offer.run_id}-${offer.card}`, offer });
    return rows;
  }, [entries, card, offers, waiting, progress, working, at]);
}
