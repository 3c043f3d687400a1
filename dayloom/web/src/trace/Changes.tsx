import { useTranslation } from "react-i18next";
import type { Schema } from "../api/client";
import { useTimes } from "../ui/times";

/** What moved: each task with its old and its new place. */
export function Changes({ changes }: { changes: Schema<"Change">[] }) {
  const { t } = useTranslation();
  const { moment } = useTimes();
  const place = (placed: Schema<"Placed"> | null) => (placed ? moment(placed.start) : t("behind.trace.noPlace"));
  return (
    <ul>
      {changes.map((change) => (
        <li key={change.task_id}>
          {change.title}: {change.before && `${place(change.before)} → `}
          {place(change.after)}
        </li>
      ))}
    </ul>
  );
}
