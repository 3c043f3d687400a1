import { useTranslation } from "react-i18next";

export default function WeekPanel() {
  const { t } = useTranslation();
  return <h2>{t("app.panels.week")}</h2>;
}
