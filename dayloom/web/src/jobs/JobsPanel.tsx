import { useTranslation } from "react-i18next";

export default function JobsPanel() {
  const { t } = useTranslation();
  return <h2>{t("app.panels.jobs")}</h2>;
}
