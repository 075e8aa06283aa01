/** Texts of a placement in one language. */
export interface PlacementTexts {
  /** REST `TITLE`. */
  title?: string;
  /** REST `DESCRIPTION`. */
  description?: string;
  /** REST `GROUP_NAME`. */
  groupName?: string;
}

/** A page of the application in the portal's interface, as the portal tells it. */
export interface PlacementProperties extends PlacementTexts {
  /** REST `PLACEMENT`. Code of the place, such as `CONTACT_CENTER`. */
  placement: string;
  /** REST `HANDLER`. Address of the page. */
  handler: string;
  /** REST `LANG_ALL`. Texts by language; older portals do not tell them. */
  langAll?: Record<string, PlacementTexts>;
  /** REST `OPTIONS`. Options of the place; older portals do not tell them. */
  options?: Record<string, string | number | boolean>;
  /** REST `USER_ID`. ID of the only user who sees it; missing where all do. */
  userId?: number;
}
