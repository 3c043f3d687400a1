import { CircleAlert, Info } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import styles from "./Notice.module.css";

interface NoticeProps {
  kind?: "info" | "problem";
  children: ReactNode;
}

/** A sentence that stands out, where it belongs. */
export function Notice({ kind = "info", children }: NoticeProps) {
  const Icon = kind === "problem" ? CircleAlert : Info;
  return (
    <div role={kind === "problem" ? "alert" : "status"} className={`${styles.notice} ${styles[kind]}`}>
      <Icon size={18} aria-hidden />
      <div>{children}</div>
    </div>
  );
}

/** What the service refused, in its own words; nothing as long as it has refused nothing. */
export function Refusal({ error }: { error: Error | null }) {
  return error && <Notice kind="problem">{error.message}</Notice>;
}

interface LoadedProps<Data> {
  query: { data: Data | undefined; error: Error | null; refetch: () => unknown };
  children: (data: Data) => ReactNode;
}

/** What a query has found; while it waits and when it failed, that, with a way to try again. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const { t } = useTranslation();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (!query.error) return <p className={styles.loading}>{t("app.loading")}</p>;
  return (
    <Notice kind="problem">
      <p>{t("app.failed", { why: query.error.message })}</p>
      <Button onPress={() => query.refetch()}>{t("app.retry")}</Button>
    </Notice>
  );
}
