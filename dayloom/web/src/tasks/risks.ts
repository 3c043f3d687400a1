import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../api/client";
import { useThread } from "../conversation/thread";

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

/** Why a deadline is not safe, and what would help; the service has the details in English. */
export function useRiskWords() {
  const { t, i18n } = useTranslation();
  const inEnglish = i18n.language !== "zh";
  return (risk: Pick<Risk, "kind" | "cures">) => {
    const cures = risk.cures.map((cure) => (inEnglish ? withoutSlots(cure.text) : t(`tasks.help.${cure.help}`)));
    return [t(`tasks.riskKinds.${risk.kind}`), cures.length > 0 && t("tasks.cures", { cures: cures.join("; ") })]
      .filter(Boolean)
      .join(" ");
  };
}

/** What the agent reads beside a time, a person need not. */
function withoutSlots(text: string): string {
  return text.replace(/ \(day \d+, slots? [\d-]+\)/, "");
}
