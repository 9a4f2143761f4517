package four

import rego.v1

fails contains "consent-not-separate" if {
	some consent in input.consents
	consent.separate == false
}

fails contains "nothing-relied-on-abroad" if {
	input.exporter.country != "US"
	count(object.get(input, "mechanisms", [])) == 0
}

fails contains "recipient-designated" if input.importer.designated_covered_person == true

fails contains "form-not-known" if {
	some item in input.data
	not item.form in {"identified", "pseudonymised"}
}
