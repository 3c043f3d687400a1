import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { useFeedback } from "./feedback";
import styles from "./Rows.module.css";
import type { Offer } from "./thread";

/** After a card was declined with a reason: shall it count next time too? */
export function OfferView({ offer }: { offer: Offer }) {
  const { t } = useTranslation();
  const { mutate, isPending } = useFeedback(offer.run_id);
  const [declined, setDeclined] = useState(() => sessionStorage.getItem(nameOf(offer)) !== null);
  const decline = () => {
    sessionStorage.setItem(nameOf(offer), "no");
    setDeclined(true);
  };
  if (declined) return null;
  return (
    <Notice>
      <p>{t("conversation.feedback.offer", { text: offer.text })}</p>
      <div className={styles.actions}>
        <Button isPending={isPending} onPress={() => mutate({ card: offer.card })}>
          {t("conversation.feedback.remember")}
        </Button>
        <Button kind="quiet" onPress={decline}>
          {t("conversation.feedback.no")}
        </Button>
      </div>
    </Notice>
  );
}

function nameOf({ run_id, card }: Offer): string {
  return `dayloom.offer.${run_id}.${card}`;
}
