import { Gauge, Pause, Play, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Slider, SliderFill, SliderThumb, SliderTrack } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { type Entry, useThread } from "../conversation/thread";
import { Button, IconButton } from "../ui/Button";
import { useTimes } from "../ui/times";
import { useMoment } from "./moment";
import styles from "./ReplayBar.module.css";
import { useSayEntry } from "./useSayEntry";

const SPEEDS = [1, 2, 4] as const;
const A_STEP = 1_200;

/** Moves the whole page through the past of the conversation, words and calendar together. */
export default function ReplayBar() {
  const { t } = useTranslation();
  const { entries } = useThread();
  const { at, setAt } = useMoment();
  const [speed, setSpeed] = useState<number>(1);
  const last = entries.length;
  const shown = Math.min(at ?? last, last);
  const [playing, setPlaying] = usePlaying(shown, last, speed, setAt);
  useFocusBack();
  const play = () => {
    // At the end there is nothing to play: begin anew.
    if (!playing && shown === last) setAt(1);
    setPlaying(!playing);
  };
  const move = (to: number) => {
    setPlaying(false);
    setAt(to);
  };
  const faster = () => setSpeed(SPEEDS[(SPEEDS.indexOf(speed as 1) + 1) % SPEEDS.length] ?? 1);
  return (
    <section
      aria-label={t("behind.replay.title")}
      className={styles.bar}
      onKeyDown={(event) => event.key === "Escape" && setAt(null)}
    >
      <IconButton
        icon={playing ? Pause : Play}
        label={t(playing ? "behind.replay.pause" : "behind.replay.play")}
        onPress={play}
      />
      <Steps shown={shown} last={last} onMove={move} />
      <Button kind="quiet" icon={Gauge} aria-label={t("behind.replay.speed", { speed })} onPress={faster}>
        {speed}×
      </Button>
      <Button kind="primary" icon={Undo2} onPress={() => setAt(null)}>
        {t("behind.replay.now")}
      </Button>
      <Told entry={entries[shown - 1]} shown={shown} last={last} isLive={!playing} />
    </section>
  );
}

function Steps({ shown, last, onMove }: { shown: number; last: number; onMove: (to: number) => void }) {
  const { t } = useTranslation();
  return (
    <Slider
      aria-label={t("behind.replay.slider")}
      minValue={1}
      maxValue={Math.max(2, last)}
      value={shown}
      onChange={onMove}
      className={styles.slider ?? ""}
    >
      <SliderTrack className={styles.track ?? ""}>
        <SliderFill className={styles.fill ?? ""} />
        <SliderThumb autoFocus className={styles.thumb ?? ""} />
      </SliderTrack>
    </Slider>
  );
}

interface ToldProps {
  entry: Entry | undefined;
  shown: number;
  last: number;
  /** Read out by screen readers; not while it plays, which would never end. */
  isLive: boolean;
}

/** When the moment was, and what had just happened. */
function Told({ entry, shown, last, isLive }: ToldProps) {
  const { t } = useTranslation();
  const { moment } = useTimes();
  const say = useSayEntry();
  return (
    <p className={styles.told} aria-live={isLive ? "polite" : "off"}>
      <strong>{entry && moment(entry.at)}</strong> <span>{entry && say(entry)}</span>{" "}
      <span className={styles.count}>{t("behind.replay.count", { shown, last })}</span>
    </p>
  );
}

/** Play from step to step until the end. */
function usePlaying(shown: number, last: number, speed: number, setAt: (at: number) => void) {
  const [playing, setPlaying] = useState(false);
  const isAtEnd = shown >= last;
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => (isAtEnd ? setPlaying(false) : setAt(shown + 1)), A_STEP / speed);
    return () => clearTimeout(timer);
  }, [playing, isAtEnd, shown, speed, setAt]);
  return [playing, setPlaying] as const;
}

/** Let the focus go back to where the replay was opened from. */
function useFocusBack() {
  const [opener] = useState(() => document.activeElement);
  useEffect(() => () => (opener instanceof HTMLElement ? opener.focus() : undefined), [opener]);
}
