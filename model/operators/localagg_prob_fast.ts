export { localaggProbFast } from "./localagg_prob.ts";
