import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { onPreferences, preferences } from "../app/preferences";
import { en } from "./en";
import { zh } from "./zh";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "words";
    resources: { words: typeof en };
  }
}

/** Begin in the person's language, and follow when another one is chosen. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { words: en }, zh: { words: zh } },
    lng: preferences().language,
    fallbackLng: "en",
    defaultNS: "words",
    interpolation: { escapeValue: false }, // React escapes
  });
  onPreferences(() => void i18next.changeLanguage(preferences().language));
}
