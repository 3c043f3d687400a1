import { Check, CheckCheck, Pencil, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Decision } from "../api/threads";
import type { OpenCard } from "../conversation/thread";
import { Button } from "../ui/Button";
import styles from "./Card.module.css";

interface DecisionsProps {
  card: OpenCard;
  busy: boolean;
  onAnswer: (given: Decision) => void;
  onEdit: () => void;
  onDecline: () => void;
}

const YES = {
  plan: "cards.approvePlan",
  reorder: "cards.keepOrder",
  tool: "cards.approve",
  question: "cards.approve",
} as const;

/** The buttons of a card: as many as it takes kinds of answers. */
export function Decisions({ card, busy, onAnswer, onEdit, onDecline }: DecisionsProps) {
  const { t } = useTranslation();
  const { kind } = card.dayloom;
  const allowed = card.review_configs[0]?.allowed_decisions ?? [];
  return (
    <div className={styles.buttons}>
      <Button kind="primary" icon={Check} isDisabled={busy} onPress={() => onAnswer({ type: "approve" })}>
        {t(YES[kind])}
      </Button>
      {allowed.includes("edit") && (
        <Button icon={Pencil} isDisabled={busy} onPress={onEdit}>
          {t("cards.edit")}
        </Button>
      )}
      <Button icon={X} isDisabled={busy} onPress={kind === "reorder" ? () => onAnswer({ type: "reject" }) : onDecline}>
        {t(kind === "reorder" ? "cards.backToOrder" : "cards.reject")}
      </Button>
      {kind === "tool" && (
        <Button
          kind="quiet"
          icon={CheckCheck}
          isDisabled={busy}
          onPress={() => onAnswer({ type: "approve", scope: "turn" })}
        >
          {t("cards.approveAll")}
        </Button>
      )}
    </div>
  );
}
