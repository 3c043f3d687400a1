import { useVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ask } from "./dialogs";
import type { Row, Shown } from "./groups";
import { PartRow, TaskRow, WholeRow } from "./TaskRow";
import styles from "./Tasks.module.css";

interface TaskRowsProps {
  rows: Row[];
  shown: Shown;
  search: string;
  ask: Ask;
}

/** The list; only what is in sight is drawn, so that thousands of tasks scroll as ten do. */
export function TaskRows({ rows, shown, search, ask }: TaskRowsProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  const scroller = () => list.current?.closest<HTMLElement>("[data-place='panel']") ?? null;
  // What stands above the list grows and shrinks with what is typed there.
  useLayoutEffect(() => {
    const place = scroller();
    if (!list.current || !place) return;
    setTop(list.current.getBoundingClientRect().top - place.getBoundingClientRect().top + place.scrollTop);
  });
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: scroller,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => (rows[index]?.kind === "group" ? 44 : 60),
    overscan: 10,
    scrollMargin: top,
  });
  if (rows.length === 0) {
    return <p className={styles.empty}>{search ? t("tasks.nothingFound") : t(`tasks.empty.${shown}`)}</p>;
  }
  return (
    <ul ref={list} className={styles.list} aria-label={t("tasks.title")} style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => (
        <li
          key={key}
          ref={virtual.measureElement}
          data-index={index}
          className={styles.line}
          style={{ transform: `translateY(${start - top}px)` }}
        >
          <Line row={rows[index] as Row} ask={ask} />
        </li>
      ))}
    </ul>
  );
}

function Line({ row, ask }: { row: Row; ask: Ask }) {
  const { t } = useTranslation();
  switch (row.kind) {
    case "group":
      return (
        <h3 className={styles.group} data-group={row.group}>
          {t(`tasks.groups.${row.group}`)} <span className={styles.count}>{row.count}</span>
        </h3>
      );
    case "task":
      return <TaskRow task={row.task} risk={row.risk} ask={ask} />;
    case "whole":
      return <WholeRow whole={row.whole} risk={row.risk} ask={ask} />;
    case "part":
      return <PartRow task={row.task} number={row.number} ask={ask} />;
  }
}
