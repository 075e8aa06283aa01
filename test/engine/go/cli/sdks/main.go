// Generates the SDKs of a schema as `pulumi package gen-sdk` does, without language hosts: sdks SCHEMA FOLDER.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The schema refers to no other package, so nothing is ever loaded.
type noOthers struct{ schema.ReferenceLoader }

type files = map[string][]byte

func bind(file string) (*schema.Package, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	bound, remarks, err := schema.BindSpec(spec, noOthers{}, schema.ValidationOptions{})
	if err == nil && len(remarks) > 0 {
		err = remarks
	}
	return bound, err
}

func write(folder string, content files) error {
	for name, text := range content {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func run(file, folder string) error {
	generators := map[string]func(*schema.Package) (files, error){
		"go": func(bound *schema.Package) (files, error) {
			return golang.GeneratePackage("pulumi", bound, nil)
		},
		"python": func(bound *schema.Package) (files, error) {
			return python.GeneratePackage("pulumi", bound, nil, noOthers{})
		},
		"nodejs": func(bound *schema.Package) (files, error) {
			return nodejs.GeneratePackage("pulumi", bound, nil, nil, false, noOthers{})
		},
	}
	for language, generate := range generators {
		bound, err := bind(file)
		if err != nil {
			return err
		}
		content, err := generate(bound)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		if err := write(filepath.Join(folder, language), content); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
