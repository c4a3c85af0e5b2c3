import type { Instant } from "#domain/time.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { BooksDesk } from "./books-desk.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { StatusRoom } from "#trading/engine/status-room.ts";
import { ApprovalsDesk } from "./approvals-desk.ts";
import { ConfigDesk } from "./config-desk.ts";
import { ControlDesk } from "./control-desk.ts";
import { DoorDesk } from "./door-desk.ts";
import { EmergencyDesk } from "./emergency-desk.ts";
import type { DeskFacts } from "./control-words.ts";
import { EventsDesk } from "./events-desk.ts";
import { PortfolioExport } from "./portfolio-export.ts";
import { SecretsDesk } from "./secrets-desk.ts";
import { PricingDesk } from "./pricing-desk.ts";
import { LoopDesk } from "./loop-desk.ts";
import { ReconDesk } from "./recon-desk.ts";
import { IncidentBundle } from "./incident-bundle.ts";
import { IncidentsDesk } from "./incidents-desk.ts";
import { StatusDesk } from "./status-desk.ts";
import { StreamDesk } from "./stream-desk.ts";
import { DerivativesDesk } from "./derivatives-desk.ts";
import { SetupDesk } from "./setup-desk.ts";
import { StandingDesk } from "./standing-desk.ts";
import { StateDesk } from "./state-desk.ts";
import { vitalFaults } from "./vital-signs.ts";
import { TradingDesk } from "./trading-desk.ts";

/** The one door for people: every surface asks here, so all of them obey the same rules. */
export class Desk {
  readonly pricing: PricingDesk;
  readonly trading: TradingDesk;
  readonly control: ControlDesk;
  readonly emergency: EmergencyDesk;
  readonly door: DoorDesk;
  readonly config: ConfigDesk;
  readonly approvals: ApprovalsDesk;
  readonly secrets: SecretsDesk;
  readonly loop: LoopDesk;
  readonly books: BooksDesk;
  readonly recon: ReconDesk;
  readonly status: StatusDesk;
  readonly incidents: IncidentsDesk;
  readonly bundle: IncidentBundle;
  readonly events: EventsDesk;
  readonly portfolio: PortfolioExport;
  readonly stream: StreamDesk;
  readonly standing: StandingDesk;
  readonly derivatives: DerivativesDesk;
  readonly setup: SetupDesk;
  readonly state: StateDesk;
  readonly now: () => Instant;
  /** What of the process is dead; nothing while it lives. */
  readonly vitalFaults: () => readonly string[];

  constructor(engine: Engine, room: ControlRoom, status: StatusRoom, facts: DeskFacts) {
    this.pricing = new PricingDesk(engine);
    this.trading = new TradingDesk(engine, this.pricing);
    this.control = new ControlDesk(engine, room, facts);
    this.emergency = new EmergencyDesk(engine, room, facts);
    this.door = new DoorDesk(engine, room);
    this.config = new ConfigDesk(engine, room, this.control, facts.configFile ?? null);
    this.approvals = new ApprovalsDesk(room);
    this.loop = new LoopDesk(engine, this.control);
    this.secrets = new SecretsDesk(room);
    this.books = new BooksDesk(engine);
    this.recon = new ReconDesk(engine);
    this.status = new StatusDesk(engine, status);
    this.incidents = new IncidentsDesk(status, room);
    this.stream = new StreamDesk({
      engine,
      room: status,
      status: this.status,
      control: this.control,
      trading: this.trading,
      books: this.books,
      approvals: this.approvals,
    });
    const redact = facts.redact ?? ((text: string) => text);
    this.events = new EventsDesk(engine, redact);
    this.portfolio = new PortfolioExport(engine, redact);
    this.standing = new StandingDesk(engine, this.pricing);
    this.derivatives = new DerivativesDesk(engine);
    this.setup = new SetupDesk(engine, room, this.pricing);
    this.state = new StateDesk(engine, this);
    this.now = () => engine.rooms.world.clock.now();
    this.vitalFaults = () => vitalFaults(engine);
    this.bundle = new IncidentBundle(this, redact);
  }
}
