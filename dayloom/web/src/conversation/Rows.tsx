import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import styles from "./Rows.module.css";
import { RowView } from "./RowView";
import type { Row } from "./rows";

const NEAR = 60;

/** The rows of a conversation, of which only those in sight are drawn; it stays at its end unless somebody looks back. */
export function Rows({ rows }: { rows: Row[] }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const following = useRef(true);
  const [behind, setBehind] = useState(false);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 90,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    useFlushSync: false,
  });
  const size = virtual.getTotalSize();
  const last = rows.at(-1);
  const begun = useRef("");
  const toEnd = () => {
    following.current = true;
    setBehind(false);
    const at = scroller.current;
    const { start = 0, size: height = 0 } = virtual.measurementsCache[rows.length - 1] ?? {};
    // A card that is longer than what can be seen is read from its beginning.
    const long = last?.kind === "open" && at !== null && height > at.clientHeight;
    if (!long) at?.scrollTo({ top: size });
    else if (begun.current !== last.key) at.scrollTo({ top: start });
    if (long) begun.current = last.key;
  };
  const onScroll = () => {
    const at = scroller.current;
    if (!at) return;
    const shown = at.scrollTop + at.clientHeight;
    const start = virtual.measurementsCache[rows.length - 1]?.start ?? 0;
    following.current = last?.kind === "open" ? shown > start : at.scrollHeight - shown < NEAR;
    if (following.current) setBehind(false);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what grows is followed, and what comes while somebody looks back is told
  useLayoutEffect(() => {
    if (following.current) toEnd();
  }, [size, rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new last row is news
  useLayoutEffect(() => setBehind(!following.current), [last?.key]);
  return (
    <div className={styles.frame}>
      <section
        ref={scroller}
        className={styles.scroller}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t("conversation.messages")}
      >
        <ol className={styles.rows} style={{ height: size }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            return (
              row && (
                <li
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  aria-setsize={rows.length}
                  aria-posinset={index + 1}
                  // Not by a transform: what sticks in a row is placed without looking at those.
                  style={{ top: start }}
                >
                  <RowView row={row} />
                </li>
              )
            );
          })}
        </ol>
      </section>
      {behind && (
        <div className={styles.news}>
          <Button icon={ArrowDown} onPress={toEnd}>
            {t("conversation.newMessages")}
          </Button>
        </div>
      )}
    </div>
  );
}
