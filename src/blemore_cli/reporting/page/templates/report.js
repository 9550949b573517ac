"use strict";
(() => {
  const PAGE = 60;
  const data = JSON.parse(document.getElementById("clip-data").textContent);
  const byId = (id) => document.getElementById(id);
  const value = Object.fromEntries([...data.alphabet].map((character, i) => [character, i]));
  const nLabels = data.labels.length;
  const percent = (share) => (100 * share).toFixed(1);
  const words = data.labels.map((code) => {
    const parts = code.split("_");
    return parts.length > 1 ? `${parts[0]} ${parts[2]} + ${parts[1]} ${parts[3]}` : code;
  });
  const isBlend = (label) => data.labels[label].includes("_");
  const labels = [...data.label].map((character) => value[character]);

  function element(tag, text, css) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (css) made.className = css;
    return made;
  }

  function row(...cells) {
    const made = element("tr");
    made.append(...cells);
    return made;
  }

  /* One model: what it says of each clip, by the clip's place in the model's own rows. */
  function reader(model) {
    const n = model.rows ? model.rows.length : data.clips.length;
    const place = new Map(Array.from({ length: n }, (_, i) => [model.rows ? model.rows[i] : i, i]));
    const nEncoders = model.encoders.length;
    const six = (text, i) => value[text[i]] / 63;
    return {
      ...model,
      has: (clip) => place.has(clip),
      prob: (clip, label) => {
        const i = 2 * (place.get(clip) * nLabels + label);
        return (64 * value[model.prob[i]] + value[model.prob[i + 1]]) / 4095;
      },
      label: (clip) => value[model.predicted[place.get(clip)]],
      votes: (clip) => {
        const count = new Map();
        for (let seed = 0; seed < model.seeds; seed += 1) {
          const label = value[model.votes[place.get(clip) * model.seeds + seed]];
          count.set(label, (count.get(label) || 0) + 1);
        }
        return [...count].sort((a, b) => b[1] - a[1]);
      },
      weight: (clip, encoder) => six(model.weight, place.get(clip) * nEncoders + encoder),
      kept: (clip, encoder) => six(model.kept, place.get(clip) * nEncoders + encoder),
      soundness: model.sound ? (clip, encoder) => six(model.sound, place.get(clip) * nEncoders + encoder) : null,
    };
  }

  const models = data.models.map(reader);
  const chosen = { clip: null, shown: PAGE };

  function outcome(model, clip) {
    const predicted = model.label(clip);
    if (predicted === labels[clip]) return "label";
    return data.setOf[predicted] === data.setOf[labels[clip]] ? "salience" : "wrong";
  }

  const mark = { label: "right", salience: "near", wrong: "wrong" };

  function found(model) {
    const search = byId("clip-search").value.trim().toLowerCase();
    const [actor, set, kind, wanted, order] = ["actor", "set", "kind", "outcome", "order"].map((key) => byId(`clip-${key}`).value);
    const clips = [];
    for (let clip = 0; clip < data.clips.length; clip += 1) {
      const name = data.actors[data.actor[clip]];
      if (!model.has(clip)) continue;
      if (search && !data.clips[clip].toLowerCase().includes(search) && name.toLowerCase() !== search) continue;
      if (actor !== "" && data.actor[clip] !== Number(actor)) continue;
      if (set !== "" && data.setOf[labels[clip]] !== Number(set)) continue;
      if (kind && (kind === "blend") !== isBlend(labels[clip])) continue;
      if (wanted && outcome(model, clip) !== wanted) continue;
      clips.push(clip);
    }
    if (order) {
      const truth = new Map(clips.map((clip) => [clip, model.prob(clip, labels[clip])]));
      const sign = order === "best" ? -1 : 1;
      clips.sort((a, b) => sign * (truth.get(a) - truth.get(b)) || a - b);
    }
    return clips;
  }

  const model = () => models[Number(byId("clip-model").value)];

  function list() {
    const clips = found(model());
    const right = clips.filter((clip) => outcome(model(), clip) !== "wrong").length;
    const share = clips.length ? `; emotion set right in ${right} of them (${percent(right / clips.length)} %)` : "";
    byId("clip-count").textContent = `${clips.length} of ${data.clips.length} clips${share}`;
    byId("clip-rows").replaceChildren(...clips.slice(0, chosen.shown).map(line));
    byId("clip-more").hidden = clips.length <= chosen.shown;
    if (!clips.includes(chosen.clip)) chosen.clip = clips.length ? clips[0] : null;
    detail();
  }

  function line(clip) {
    const name = element("button", data.clips[clip]);
    name.type = "button";
    name.addEventListener("click", () => {
      chosen.clip = clip;
      detail();
    });
    const first = element("td");
    first.append(name);
    const made = row(
      first,
      element("td", data.actors[data.actor[clip]]),
      element("td", words[labels[clip]]),
      element("td", words[model().label(clip)], mark[outcome(model(), clip)]),
      element("td", `${percent(model().prob(clip, labels[clip]))} %`),
    );
    made.dataset.clip = clip;
    return made;
  }

  function detail() {
    const { clip } = chosen;
    for (const each of byId("clip-rows").children) each.setAttribute("aria-current", String(Number(each.dataset.clip) === clip));
    if (clip === null) {
      byId("clip-detail").replaceChildren(element("p", "No clip fits these filters.", "note"));
      return;
    }
    byId("clip-detail").replaceChildren(element("h3", data.clips[clip]), ...media(clip), summary(clip), probabilities(clip), weights(clip));
  }

  /* What there is to see and to hear of a clip; what this browser cannot play is a link. */
  function media(clip) {
    const address = (kind) => (data.media[kind] ? data.media[kind][clip] : "");
    const made = [];
    if (address("strip")) {
      const strip = element("img", undefined, "media");
      strip.alt = `frames of ${data.clips[clip]}`;
      strip.src = address("strip");
      made.push(strip);
    }
    for (const [kind, tag] of [["video", "video"], ["sound", "audio"]]) {
      if (address(kind)) made.push(player(tag, address(kind)));
    }
    return made;
  }

  function player(tag, address) {
    const made = element(tag, undefined, "media");
    made.controls = true;
    made.preload = "metadata";
    made.addEventListener("error", () => {
      const link = element("a", decodeURIComponent(address.split("/").pop()));
      link.href = address;
      const note = element("p", "This browser does not play ", "note");
      note.append(link);
      made.replaceWith(note);
    });
    made.src = address;
    return made;
  }

  function summary(clip) {
    const votes = model().votes(clip).map(([label, count]) => `${words[label]} (${count})`).join(", ");
    const made = element("dl");
    const facts = {
      truth: words[labels[clip]],
      prediction: words[model().label(clip)],
      seeds: votes,
      actor: data.actors[data.actor[clip]] || "unknown",
      fold: data.fold[clip],
      model: model().name,
    };
    for (const [key, text] of Object.entries(facts)) {
      made.append(element("dt", key), element("dd", text, key === "prediction" ? mark[outcome(model(), clip)] : ""));
    }
    return made;
  }

  function cell(clip, label, text) {
    const css = [labels[clip] === label ? "truth" : "", model().label(clip) === label ? "said" : ""].join(" ").trim();
    return element("td", text, css);
  }

  function probabilities(clip) {
    const made = element("table");
    made.append(element("caption", "probability of each label in percent; underlined: truth, shaded: prediction"));
    const head = element("thead");
    head.append(row(...["set", "of the set", "", "70/30", "50/50", "30/70"].map((text) => element("th", text))));
    const body = element("tbody");
    data.sets.forEach((name, set) => {
      const own = data.setOf.flatMap((each, label) => (each === set ? [label] : []));
      const total = own.reduce((sum, label) => sum + model().prob(clip, label), 0);
      const ordered = own.length > 1 ? [own[1], own[0], own[2]] : [];
      const cells = ordered.map((label) => cell(clip, label, percent(model().prob(clip, label))));
      const whole = own.length > 1 ? element("td", percent(total)) : cell(clip, own[0], percent(total));
      body.append(row(element("th", name), whole, meter(total), ...cells));
    });
    made.append(head, body);
    return made;
  }

  function weights(clip) {
    const made = element("table");
    const seeds = model().seeds;
    const soundness = model().soundness;
    const what = soundness ? "fusion weight and posterior soundness" : "fusion weight";
    made.append(element("caption", `${what} of each encoder in percent, mean over ${seeds} seed${seeds > 1 ? "s" : ""}`));
    const head = element("thead");
    head.append(row(...["encoder", "weight", "", "kept in", ...(soundness ? ["sound", ""] : [])].map((text) => element("th", text))));
    const body = element("tbody");
    const first = (a, b) => model().weight(clip, b) - model().weight(clip, a) || (soundness ? soundness(clip, b) - soundness(clip, a) : 0) || a - b;
    const order = model().encoders.map((_, i) => i).sort(first);
    for (const encoder of order) {
      const weight = model().weight(clip, encoder);
      const kept = `${Math.round(model().kept(clip, encoder) * seeds)} of ${seeds}`;
      const sound = soundness ? [element("td", percent(soundness(clip, encoder))), meter(soundness(clip, encoder))] : [];
      body.append(row(element("th", model().encoders[encoder]), element("td", percent(weight)), meter(weight), element("td", kept), ...sound));
    }
    made.append(head, body);
    return made;
  }

  function meter(share) {
    const made = element("td");
    const track = element("span", undefined, "meter");
    const bar = element("span");
    bar.style.width = `${100 * share}%`;
    track.append(bar);
    made.append(track);
    return made;
  }

  function option(text, key) {
    const made = element("option", text);
    made.value = key;
    return made;
  }

  function start() {
    models.forEach((each, i) => byId("clip-model").append(option(each.name, i)));
    data.actors.forEach((name, i) => byId("clip-actor").append(option(name || "unknown", i)));
    data.sets.forEach((name, i) => byId("clip-set").append(option(name, i)));
    for (const key of ["model", "search", "actor", "set", "kind", "outcome", "order"]) {
      byId(`clip-${key}`).addEventListener(key === "search" ? "input" : "change", () => {
        chosen.shown = PAGE;
        list();
      });
    }
    byId("clip-more").addEventListener("click", () => {
      chosen.shown += PAGE;
      list();
    });
    byId("browser").hidden = false;
    list();
  }

  for (const box of document.querySelectorAll("[data-switch]")) {
    box.addEventListener("input", () => {
      for (const each of document.querySelectorAll("[data-of]")) {
        if (each.dataset.of === box.dataset.switch) each.hidden = !box.checked;
      }
    });
  }
  start();
})();
