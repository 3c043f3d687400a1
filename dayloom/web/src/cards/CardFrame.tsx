import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CardPayload } from "../conversation/rows";
import styles from "./Card.module.css";
import { ICONS, lookOf, sizeOf } from "./look";

/** What a card is about, in one line. */
export function CardTitle({ card }: { card: CardPayload }) {
  const { t } = useTranslation();
  const look = lookOf(card);
  const Icon = ICONS[look];
  const counted = look === "draft" || look === "calendar" || look === "list";
  return (
    <>
      <Icon size={18} aria-hidden />
      <span className={styles.heading}>
        {counted ? t(`cards.title.${look}`, { count: sizeOf(card) }) : t(`cards.title.${look}`)}
      </span>
      <span className={styles.badge}>{t(`cards.kind.${look}`)}</span>
    </>
  );
}

/** A card that waits. */
export function CardFrame({ card, children }: { card: CardPayload; children: ReactNode }) {
  const { t } = useTranslation();
  const look = lookOf(card);
  return (
    <article className={styles.card} data-look={look} aria-label={t(`cards.kind.${look}`)}>
      <h3 className={styles.header}>
        <CardTitle card={card} />
      </h3>
      {look === "calendar" && <p className={styles.was}>{t("cards.calendarNote")}</p>}
      {children}
    </article>
  );
}
