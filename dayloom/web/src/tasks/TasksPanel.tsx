import { useTranslation } from "react-i18next";

export default function TasksPanel() {
  const { t } = useTranslation();
  return <h2>{t("app.panels.tasks")}</h2>;
}
