module pintle/tests/clients/rudder-api-go

go 1.19

require (
	github.com/rudderlabs/rudder-api-go v0.0.0-20221205143638-b26b1c1fc65b
	github.com/stretchr/testify v1.7.0
)

require (
	github.com/davecgh/go-spew v1.1.0 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	gopkg.in/yaml.v3 v3.0.0-20200313102051-9f266ea9e77c // indirect
)
