import { useTranslation } from "react-i18next";
import { Notice } from "../ui/Notice";
import type { Limits, Scope } from "./limits";
import { useLimitWords } from "./words";

/** What the limits come to, in sentences. */
export function SaidBack({ limits, scope }: { limits: Limits; scope: Scope }) {
  const { t } = useTranslation();
  const said = useLimitWords()(limits);
  return (
    <Notice>
      <p>{t(`tasks.limits.saidBack.${scope}`)}</p>
      {said.length === 0 && <p>{t("tasks.limits.nothing")}</p>}
      {said.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Notice>
  );
}
