import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../api/client";
import { useThread } from "../conversation/thread";
import { useTimes } from "../ui/times";

export type Risk = Schema<"TaskRisk">;

/** The deadlines that are not safe as the draft of this conversation stands, or before any, by task. */
export function useRisks(): ReadonlyMap<string, Risk> {
  const { id } = useThread();
  const { data } = useQuery({
    queryKey: ["tasks", "risks", id],
    queryFn: async () =>
      (await api.GET("/tasks/risks", { params: { query: id ? { thread_id: id } : {} } })).data?.risks ?? [],
  });
  // What has a place in time and was not put there yet is no risk: it waits for a plan.
  return new Map((data ?? []).filter(({ kind }) => kind !== "unplaced").map((risk) => [risk.id, risk]));
}

/** Why a deadline is not safe, and what would help. */
export function useRiskWords() {
  const { t } = useTranslation();
  const { moment } = useTimes();
  const say = ({ help, at, deadline, titles = [] }: Risk["cures"][number]) => {
    if (help === "place" && at?.start) return t("tasks.help.placeAt", { at: moment(at.start) });
    if (help === "later_deadline" && deadline) return t("tasks.help.dueAt", { at: moment(deadline) });
    if ((help === "move" || help === "drop") && titles.length > 0) {
      return t(`tasks.help.${help}Named`, { titles: titles.map((title) => `“${title}”`).join(", ") });
    }
    return t(`tasks.help.${help}`);
  };
  return ({ kind, cures }: Pick<Risk, "kind" | "cures">) => {
    const helps = cures.map(say).join("; ");
    return helps
      ? `${t(`tasks.riskKinds.${kind}`)} ${t("tasks.cures", { cures: helps })}`
      : t(`tasks.riskKinds.${kind}`);
  };
}
