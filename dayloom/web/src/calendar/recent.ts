import { useEffect, useRef, useState } from "react";
import type { OldPlace } from "./entries";
import { spanIn } from "./entries";
import type { Schedule } from "./grid";

/** How long what has changed stands out. */
const SHOWN = 7_000;

interface Recent {
  recent: ReadonlySet<number>;
  old: readonly OldPlace[];
}

const NOTHING: Recent = { recent: new Set(), old: [] };

/** What has changed in the draft just now, and where it lay before. */
export function useRecent(schedule: Schedule | undefined): Recent {
  const last = useRef<Schedule | undefined>(undefined);
  const [shown, setShown] = useState<Recent>(NOTHING);
  useEffect(() => {
    const before = last.current;
    last.current = schedule;
    if (!before || !schedule || before === schedule) return;
    const found = changedBetween(before, schedule);
    if (found.recent.size > 0) setShown(found);
  }, [schedule]);
  useEffect(() => {
    if (shown === NOTHING) return;
    const timer = setTimeout(() => setShown(NOTHING), SHOWN);
    return () => clearTimeout(timer);
  }, [shown]);
  return shown;
}

function changedBetween(before: Schedule, after: Schedule): Recent {
  const places = new Map(before.tasks.map((task) => [task.id, JSON.stringify(task.slots)]));
  const changed = after.tasks.filter(
    (task) => task.source === "task_item" && (places.get(task.id) ?? "[]") !== JSON.stringify(task.slots),
  );
  const recent = new Set(changed.map((task) => task.id));
  const old = before.tasks
    .filter((task) => recent.has(task.id))
    .flatMap((task) => task.slots.map((at) => ({ task_id: task.id, title: task.title, ...spanIn(before, at) })));
  return { recent, old };
}
