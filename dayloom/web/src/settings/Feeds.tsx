import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, bodyOf, HOME, type Schema } from "../api/client";
import { Button, IconButton } from "../ui/Button";
import { Choice } from "../ui/Field";
import { Loaded, Notice, Refusal } from "../ui/Notice";
import { useTimes } from "../ui/times";
import { toast, toastError } from "../ui/toasts";
import styles from "./Settings.module.css";

type Kind = Schema<"FeedKind">;

/** Addresses under which other calendar programs read along. */
export function Feeds() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>("calendar");
  const query = useQuery({ queryKey: ["feeds"], queryFn: async () => (await api.GET("/feeds")).data });
  const refresh = () => queries.invalidateQueries({ queryKey: ["feeds"] });
  const make = useMutation({
    mutationFn: async () => (await api.POST("/feeds", { body: bodyOf<"FeedCreate">({ kind }) })).data,
    onSuccess: refresh,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => api.DELETE("/feeds/{feed_id}", { params: { path: { feed_id: id } } }),
    onSuccess: () => {
      toast({ text: t("settings.feeds.revoked") });
      make.reset();
      return refresh();
    },
    onError: toastError,
  });
  return (
    <>
      <Loaded query={query}>
        {({ feeds }) =>
          feeds.length === 0 ? (
            <p className={styles.about}>{t("settings.feeds.none")}</p>
          ) : (
            <ul className={styles.feeds}>
              {feeds.map((feed) => (
                <FeedLine key={feed.id} feed={feed} onRevoke={() => revoke.mutate(feed.id)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {make.data && <Once address={`${HOME}${make.data.path}`} />}
      <Refusal error={make.error} />
      <div className={styles.pair}>
        <Choice
          label={t("settings.feeds.make")}
          value={kind}
          onChange={setKind}
          options={(["calendar", "draft"] as const).map((key) => ({ key, name: t(`settings.feeds.kinds.${key}`) }))}
        />
        <Button onPress={() => make.mutate()} isDisabled={make.isPending}>
          {t("settings.feeds.do")}
        </Button>
      </div>
    </>
  );
}

function FeedLine({ feed, onRevoke }: { feed: Schema<"FeedJson">; onRevoke: () => void }) {
  const { t } = useTranslation();
  const date = useTimes().moment(feed.created_at);
  return (
    <li>
      <span>{t("settings.feeds.made", { kind: t(`settings.feeds.kinds.${feed.kind}`), date })}</span>
      <IconButton icon={Trash2} label={t("settings.feeds.revokeOne", { date })} onPress={onRevoke} />
    </li>
  );
}

function Once({ address }: { address: string }) {
  const { t } = useTranslation();
  const copy = async () => {
    await navigator.clipboard.writeText(address);
    toast({ text: t("settings.feeds.copied") });
  };
  return (
    <Notice>
      <p>{t("settings.feeds.once")}</p>
      <code className={styles.address}>{address}</code>
      {/* Browsers offer it only where the page came safely. */}
      {navigator.clipboard && (
        <Button kind="quiet" icon={Copy} onPress={() => void copy().catch(toastError)}>
          {t("settings.feeds.copy")}
        </Button>
      )}
    </Notice>
  );
}
