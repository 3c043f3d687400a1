import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Decision } from "../api/threads";
import { type OpenCard, useThread } from "../conversation/thread";
import { Button } from "../ui/Button";
import { Choice } from "../ui/Field";
import { Loaded } from "../ui/Notice";
import styles from "./Card.module.css";
import { actionOf } from "./look";
import { useWall } from "./wall";

interface EditProps {
  card: OpenCard;
  busy: boolean;
  onAnswer: (given: Decision) => void;
  onBack: () => void;
}

/** Change what the card lets one change, and approve it so. */
export function EditForm({ card, busy, onAnswer, onBack }: EditProps) {
  const { t } = useTranslation();
  const { name, args } = actionOf(card);
  const [changed, setChanged] = useState<Record<string, unknown>>({});
  const given = { ...args, ...changed };
  const change = (field: string, value: unknown) => setChanged({ ...changed, [field]: value });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer({ type: "edit", edited_action: { name, args: given } });
      }}
    >
      {card.dayloom.editable.includes("strategy") && (
        <Strategy value={String(given.strategy ?? "steady")} onChange={(value) => change("strategy", value)} />
      )}
      {card.dayloom.editable.includes("day") && <Place given={given} onChange={change} />}
      <div className={styles.buttons}>
        <Button kind="primary" type="submit" isDisabled={busy}>
          {t("cards.saveEdit")}
        </Button>
        <Button kind="quiet" onPress={onBack}>
          {t("app.cancel")}
        </Button>
      </div>
    </form>
  );
}

function Strategy({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const options = (["steady", "rapid"] as const).map((key) => ({ key, name: t(`cards.strategies.${key}`) }));
  return <Choice<string> label={t("cards.strategy")} value={value} options={options} onChange={onChange} />;
}

interface PlaceProps {
  given: Record<string, unknown>;
  onChange: (field: string, value: number) => void;
}

/** The day and the time of a place, from those that the schedule has. */
function Place({ given, onChange }: PlaceProps) {
  const { t } = useTranslation();
  const { id } = useThread();
  const { day } = useWall();
  const week = useQuery({
    queryKey: ["preview", id, "places"],
    queryFn: async () =>
      (await api.GET("/threads/{thread_id}/week", { params: { path: { thread_id: id ?? "" } } })).data,
  });
  return (
    <Loaded query={week}>
      {(shown) => (
        <div className={styles.fields}>
          <Choice<string>
            label={t("cards.day")}
            value={String(given.day)}
            options={(shown?.days ?? []).map((one) => ({ key: String(one.day), name: day(`${one.date}T00:00:00`) }))}
            onChange={(key) => onChange("day", Number(key))}
          />
          <Choice<string>
            label={t("cards.time")}
            value={String(given.slot_start)}
            options={(shown?.grid ?? []).map((one) => ({ key: String(one.slot), name: one.start.slice(0, 5) }))}
            onChange={(key) => onChange("slot_start", Number(key))}
          />
        </div>
      )}
    </Loaded>
  );
}
